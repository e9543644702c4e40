package org.jennit.nn;

/**
 * exp(x) divided by its sum along {@code dim}. Any shape to the same; without {@code dim}, along
 * the first of 0, 1 or 3 dimensions and the second otherwise.
 */
public final class Softmax extends Layer {

  public Softmax() {
    super("Softmax", new Arguments());
  }

  public Softmax(long dim) {
    super("Softmax", new Arguments().put("dim", dim));
  }

  Softmax(Handle handle) {
    super(handle);
  }
}
