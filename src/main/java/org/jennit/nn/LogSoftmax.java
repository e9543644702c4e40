package org.jennit.nn;

/**
 * Logarithm of the softmax along {@code dim}. Any shape to the same; without {@code dim}, along the
 * first of 0, 1 or 3 dimensions and the second otherwise.
 */
public final class LogSoftmax extends Layer {

  public LogSoftmax() {
    super("LogSoftmax", new Arguments());
  }

  public LogSoftmax(long dim) {
    super("LogSoftmax", new Arguments().put("dim", dim));
  }

  LogSoftmax(Handle handle) {
    super(handle);
  }
}
