package org.jennit.internal;

import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Frees what a computation leaves behind, except its result, which belongs to the caller (and the
 * caller's scope).
 */
public final class Scoped {
  private Scoped() {}

  /** One tensor out of a computation; null stays null. */
  public static Tensor tensor(Supplier<Tensor> work) {
    Tensor[] result =
        tensors(
            () -> {
              Tensor tensor = work.get();
              return tensor == null ? new Tensor[0] : new Tensor[] {tensor};
            });
    return result.length == 0 ? null : result[0];
  }

  /** Several tensors out of a computation. */
  public static Tensor[] tensors(Supplier<Tensor[]> work) {
    Tensor[] inner;
    try (PointerScope temporaries = new PointerScope()) {
      inner = work.get();
      for (Tensor tensor : inner) {
        tensor.retainReference();
      }
    }
    Tensor[] result = new Tensor[inner.length];
    for (int i = 0; i < inner.length; i++) {
      try (Tensor tensor = inner[i]) {
        result[i] = new Tensor(tensor);
      }
    }
    return result;
  }
}
