package org.jennit.nn;

import org.bytedeco.pytorch.Tensor;

/** Runs after a module's forward. */
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
