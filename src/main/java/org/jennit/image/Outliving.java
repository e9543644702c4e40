package org.jennit.image;

import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Frees what a computation leaves behind, except its result. */
final class Outliving {
  private Outliving() {}

  /**
   * The result as a tensor that belongs to the caller and to the caller's scope, if there is one.
   */
  static Tensor tensor(Supplier<Tensor> work) {
    Tensor result;
    try (PointerScope temporaries = new PointerScope()) {
      result = work.get();
      result.retainReference();
    }
    try (result) {
      return new Tensor(result);
    }
  }
}
