package org.jennit.nn;

import org.bytedeco.pytorch.Tensor;
import org.jennit.internal.JavaFunction;

/** The way from a native node to the {@code compute} of its Java module. */
final class ComputeCall {
  private ComputeCall() {}

  /** Holds the module, which holds it: native code refers to it weakly. */
  static JavaFunction of(Module module) {
    return new JavaFunction(
        (inputs, none, nothing) -> {
          Tensor output = module.compute(inputs);
          if (output == null) {
            throw new IllegalStateException(module.type_name() + ".compute answered null");
          }
          return new Tensor[] {output};
        });
  }
}
