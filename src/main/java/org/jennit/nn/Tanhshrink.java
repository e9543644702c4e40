package org.jennit.nn;

import org.jennit.types.Activation;

/** x - tanh(x). Any shape to the same. */
public final class Tanhshrink extends Layer implements Activation {

  public Tanhshrink() {
    super("Tanhshrink", new Arguments());
  }

  Tanhshrink(Handle handle) {
    super(handle);
  }
}
