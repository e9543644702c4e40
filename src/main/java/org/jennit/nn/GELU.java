package org.jennit.nn;

import org.jennit.types.Activation;

/**
 * x times the normal distribution function of x. Any shape to the same; approximate is {@code
 * "none"} (the default) or {@code "tanh"}.
 */
public final class GELU extends Layer implements Activation {

  public GELU() {
    super("GELU", new Arguments());
  }

  public GELU(String approximate) {
    super("GELU", new Arguments().put("approximate", approximate));
  }

  GELU(Handle handle) {
    super(handle);
  }
}
