package org.jennit.nn;

import org.jennit.types.Activation;

/** 1 / (1 + exp(-x)). Any shape to the same. */
public final class Sigmoid extends Layer implements Activation {

  public Sigmoid() {
    super("Sigmoid", new Arguments());
  }

  Sigmoid(Handle handle) {
    super(handle);
  }
}
