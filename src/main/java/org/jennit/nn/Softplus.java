package org.jennit.nn;

import org.jennit.types.Activation;

/**
 * log(1 + exp(beta x)) / beta, and x itself where beta x exceeds the threshold. Any shape to the
 * same; beta is 1 and the threshold 20 by default.
 */
public final class Softplus extends Layer implements Activation {

  public Softplus() {
    super("Softplus", new Arguments());
  }

  public Softplus(double beta) {
    super("Softplus", new Arguments().put("beta", beta));
  }

  public Softplus(double beta, double threshold) {
    super("Softplus", new Arguments().put("beta", beta).put("threshold", threshold));
  }

  Softplus(Handle handle) {
    super(handle);
  }
}
