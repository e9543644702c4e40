package org.jennit.nn;

import org.jennit.types.Activation;

/**
 * max(0, x) + min(0, alpha (exp(x / alpha) - 1)). Any shape to the same; alpha is 1 by default;
 * {@code inplace} (false by default) overwrites the input.
 */
public final class CELU extends Layer implements Activation {

  public CELU() {
    super("CELU", new Arguments());
  }

  public CELU(double alpha) {
    super("CELU", new Arguments().put("alpha", alpha));
  }

  public CELU(double alpha, boolean inplace) {
    super("CELU", new Arguments().put("alpha", alpha).put("inplace", inplace));
  }

  CELU(Handle handle) {
    super(handle);
  }
}
