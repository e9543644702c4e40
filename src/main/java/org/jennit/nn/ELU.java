package org.jennit.nn;

import org.jennit.types.Activation;

/**
 * x where positive, otherwise alpha (exp(x) - 1). Any shape to the same; alpha is 1 by default;
 * {@code inplace} (false by default) overwrites the input.
 */
public final class ELU extends Layer implements Activation {

  public ELU() {
    super("ELU", new Arguments());
  }

  public ELU(double alpha) {
    super("ELU", new Arguments().put("alpha", alpha));
  }

  public ELU(double alpha, boolean inplace) {
    super("ELU", new Arguments().put("alpha", alpha).put("inplace", inplace));
  }

  ELU(Handle handle) {
    super(handle);
  }
}
