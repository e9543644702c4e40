package org.jennit.nn;

import org.jennit.types.Activation;

/** x / (1 + |x|). Any shape to the same. */
public final class Softsign extends Layer implements Activation {

  public Softsign() {
    super("Softsign", new Arguments());
  }

  Softsign(Handle handle) {
    super(handle);
  }
}
