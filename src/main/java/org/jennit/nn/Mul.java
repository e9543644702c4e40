package org.jennit.nn;

/**
 * Product of two inputs, element by element; they broadcast. {@link org.jennit.rules.MulShare} is
 * its rule. {@link Gate} is a product whose second factor never takes part in relevance.
 */
public final class Mul extends Layer {

  public Mul() {
    super("Mul", new Arguments());
  }

  /**
   * @param gate "first" or "second": the factor that says how much of the other is let through, as
   *     an activation does in a gated dense layer. It changes no value; {@link
   *     org.jennit.composites.CPLRP} hands all relevance to the other.
   */
  public Mul(String gate) {
    super("Mul", new Arguments().put("gate", gate));
  }

  Mul(Handle handle) {
    super(handle);
  }
}
