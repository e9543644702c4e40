package org.jennit.nn;

/**
 * Sum of two inputs, such as those of a residual connection; they broadcast. {@link
 * org.jennit.rules.Norm} and {@link org.jennit.rules.Epsilon} share relevance out in proportion to
 * the summands.
 */
public final class Add extends Layer {

  public Add() {
    super("Add", new Arguments());
  }

  Add(Handle handle) {
    super(handle);
  }
}
