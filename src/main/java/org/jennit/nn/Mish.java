package org.jennit.nn;

import org.jennit.types.Activation;

/**
 * x tanh(softplus(x)). Any shape to the same; {@code inplace} (false by default) overwrites the
 * input.
 */
public final class Mish extends Layer implements Activation {

  public Mish() {
    super("Mish", new Arguments());
  }

  public Mish(boolean inplace) {
    super("Mish", new Arguments().put("inplace", inplace));
  }

  Mish(Handle handle) {
    super(handle);
  }
}
