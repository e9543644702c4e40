package org.jennit.nn;

import org.jennit.types.Activation;

/** max(0, x). Any shape to the same; {@code inplace} (false by default) overwrites the input. */
public final class ReLU extends Layer implements Activation {

  public ReLU() {
    super("ReLU", new Arguments());
  }

  public ReLU(boolean inplace) {
    super("ReLU", new Arguments().put("inplace", inplace));
  }

  ReLU(Handle handle) {
    super(handle);
  }
}
