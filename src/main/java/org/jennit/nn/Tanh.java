package org.jennit.nn;

import org.jennit.types.Activation;

/** Hyperbolic tangent. Any shape to the same. */
public final class Tanh extends Layer implements Activation {

  public Tanh() {
    super("Tanh", new Arguments());
  }

  Tanh(Handle handle) {
    super(handle);
  }
}
