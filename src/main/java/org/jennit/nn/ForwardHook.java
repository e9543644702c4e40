package org.jennit.nn;

import org.bytedeco.pytorch.Tensor;

/**
 * Runs after a module's forward. What it is given, and all that it makes, is freed when it returns.
 *
 * <p>A hook that keeps a tensor of its call with its history keeps the graph behind it, and that
 * graph may hold the hook, in a circle that nobody frees: see {@link ModuleHooks}. To keep one,
 * keep {@code output.detach()} after {@code retainReference()}.
 */
@FunctionalInterface
public interface ForwardHook {
  /**
   * May replace the output.
   *
   * @param inputs what the module got
   * @param outputs what it answered
   * @return another output, or null to leave it
   */
  Tensor apply(Module module, Tensor[] inputs, Tensor[] outputs);
}
