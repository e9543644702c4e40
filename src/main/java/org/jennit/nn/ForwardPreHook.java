package org.jennit.nn;

import org.bytedeco.pytorch.Tensor;

/** Runs before a module's forward. */
@FunctionalInterface
public interface ForwardPreHook {
  /**
   * May replace the inputs.
   *
   * @param inputs freed when the hook returns: keep a tensor with {@code new Tensor(input)} made
   *     outside of a scope
   * @return other inputs, or null to leave them
   */
  Tensor[] apply(Module module, Tensor[] inputs);
}
