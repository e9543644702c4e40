package org.jennit.nn;

/**
 * Sets elements to the value at which SELU saturates, keeping mean and variance, with probability
 * p, 0.5 by default, in training alone; as in torch, {@code inplace} is accepted and has no effect.
 */
public final class AlphaDropout extends Layer {

  public AlphaDropout() {
    super("AlphaDropout", new Arguments());
  }

  public AlphaDropout(double p) {
    super("AlphaDropout", new Arguments().put("p", p));
  }

  public AlphaDropout(double p, boolean inplace) {
    super("AlphaDropout", new Arguments().put("p", p).put("inplace", inplace));
  }

  AlphaDropout(Handle handle) {
    super(handle);
  }
}
