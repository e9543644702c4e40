package org.jennit.nn;

import org.jennit.types.Activation;

/**
 * ELU scaled by the constants that keep mean and variance. Any shape to the same; {@code inplace}
 * (false by default) overwrites the input.
 */
public final class SELU extends Layer implements Activation {

  public SELU() {
    super("SELU", new Arguments());
  }

  public SELU(boolean inplace) {
    super("SELU", new Arguments().put("inplace", inplace));
  }

  SELU(Handle handle) {
    super(handle);
  }
}
