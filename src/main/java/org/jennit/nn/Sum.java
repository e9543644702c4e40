package org.jennit.nn;

/**
 * Sum over one dimension, the last by default. An addition written as the sum of a stack is visible
 * to rules.
 */
public final class Sum extends Layer {

  public Sum() {
    super("Sum", new Arguments());
  }

  public Sum(long dim) {
    super("Sum", new Arguments().put("dim", dim));
  }

  Sum(Handle handle) {
    super(handle);
  }
}
