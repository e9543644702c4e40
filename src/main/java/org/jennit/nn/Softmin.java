package org.jennit.nn;

/**
 * Softmax of -x along {@code dim}. Any shape to the same; without {@code dim}, along the first of
 * 0, 1 or 3 dimensions and the second otherwise.
 */
public final class Softmin extends Layer {

  public Softmin() {
    super("Softmin", new Arguments());
  }

  public Softmin(long dim) {
    super("Softmin", new Arguments().put("dim", dim));
  }

  Softmin(Handle handle) {
    super(handle);
  }
}
