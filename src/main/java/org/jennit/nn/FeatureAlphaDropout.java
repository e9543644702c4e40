package org.jennit.nn;

/**
 * Sets whole channels of (N, C, ...) to the value at which SELU saturates, keeping mean and
 * variance, with probability p, 0.5 by default, in training alone; as in torch, {@code inplace} is
 * accepted and has no effect.
 */
public final class FeatureAlphaDropout extends Layer {

  public FeatureAlphaDropout() {
    super("FeatureAlphaDropout", new Arguments());
  }

  public FeatureAlphaDropout(double p) {
    super("FeatureAlphaDropout", new Arguments().put("p", p));
  }

  public FeatureAlphaDropout(double p, boolean inplace) {
    super("FeatureAlphaDropout", new Arguments().put("p", p).put("inplace", inplace));
  }

  FeatureAlphaDropout(Handle handle) {
    super(handle);
  }
}
