package org.jennit.internal;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.jennit.JennitException;

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
   * Refuses null and closed tensors.
   *
   * @throws NullPointerException saying which of the {@code tensors} is null, as "input 1"
   * @throws IllegalStateException saying which is closed
   */
  public static void requireAll(String what, Tensor... tensors) {
    if (tensors == null) {
      throw new NullPointerException("the " + what + "s are null");
    }
    for (int i = 0; i < tensors.length; i++) {
      requireOpen(what + " " + i, tensors[i]);
    }
  }

  /**
   * Refuses null, a closed tensor and one without values.
   *
   * @throws JennitException where it is undefined
   */
  public static void require(String what, Tensor tensor) {
    requireOpen(what, tensor);
    if (!tensor.defined()) {
      throw new JennitException(what + " is an undefined tensor");
    }
  }

  private static void requireOpen(String what, Tensor tensor) {
    if (tensor == null) {
      throw new NullPointerException(what + " is null");
    }
    if (tensor.isNull()) {
      throw new IllegalStateException(
          what + " is closed: close() or the PointerScope that it was made in freed it");
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
