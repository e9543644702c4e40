package org.jennit.internal;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** Arrays of tensors to and from the vectors that native code takes. */
public final class Tensors {
  private Tensors() {}

  /** Tensors of their own: an element of a vector dies with the vector. */
  public static Tensor[] copy(TensorVector vector) {
    Tensor[] tensors = new Tensor[Math.toIntExact(vector.size())];
    for (int i = 0; i < tensors.length; i++) {
      tensors[i] = new Tensor(vector.get(i));
    }
    return tensors;
  }

  /** Takes over what a native function answered: the vector is closed. */
  public static Tensor[] take(TensorVector vector) {
    try (vector) {
      return copy(vector);
    }
  }

  /**
   * Refuses null among tensors.
   *
   * @throws NullPointerException saying which of the {@code tensors} is null, as "input 1"
   */
  public static void requireAll(String what, Tensor... tensors) {
    for (int i = 0; i < tensors.length; i++) {
      if (tensors[i] == null) {
        throw new NullPointerException(what + " " + i + " is null");
      }
    }
  }

  /** Frees all of them. */
  public static void close(Tensor... tensors) {
    for (Tensor tensor : tensors) {
      tensor.close();
    }
  }

  static void addAll(TensorVector vector, Tensor[] tensors) {
    if (tensors != null) {
      for (Tensor tensor : tensors) {
        vector.push_back(tensor == null ? new Tensor() : tensor);
      }
    }
  }
}
