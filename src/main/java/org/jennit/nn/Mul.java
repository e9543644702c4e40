package org.jennit.nn;

/**
 * Product of two inputs, element by element; they broadcast. {@link org.jennit.rules.MulShare} is
 * its rule. {@link Gate} is a product whose second factor never takes part in relevance.
 */
public final class Mul extends Layer {

  public Mul() {
    super("Mul", new Arguments());
  }

  Mul(Handle handle) {
    super(handle);
  }
}
