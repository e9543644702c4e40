package org.jennit.nn;

import org.bytedeco.pytorch.Tensor;

/**
 * Runs in a backward pass, when the gradients by a module's inputs are known. What it is given, and
 * all that it makes, is freed when it returns.
 *
 * <p>Gradients have a history under {@code CREATE_GRAPH}. A hook that keeps one with it keeps the
 * graph behind it, and that graph holds the hook, in a circle that nobody frees: see {@link
 * ModuleHooks}. To keep one, keep {@code gradient.detach()} after {@code retainReference()}.
 */
@FunctionalInterface
public interface FullBackwardHook {
  /**
   * May replace the gradients by the inputs.
   *
   * @param grad_inputs by each input; not {@link Tensor#defined} where an input needs none
   * @param grad_outputs by each output
   * @return other gradients by the inputs, or null to leave them
   */
  Tensor[] apply(Module module, Tensor[] grad_inputs, Tensor[] grad_outputs);
}
