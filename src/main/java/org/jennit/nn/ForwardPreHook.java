package org.jennit.nn;

import org.bytedeco.pytorch.Tensor;

/**
 * Runs before a module's forward.
 *
 * <p>A hook that keeps a tensor of its call with its history keeps the graph behind it, and that
 * graph may hold the hook, in a circle that nobody frees: see {@link ModuleHooks}.
 */
@FunctionalInterface
public interface ForwardPreHook {
  /**
   * May replace the inputs.
   *
   * @param inputs freed when the hook returns, as all that it makes: to keep one, keep {@code
   *     input.detach()} after {@code retainReference()}
   * @return other inputs, or null to leave them
   */
  Tensor[] apply(Module module, Tensor[] inputs);
}
