package org.jennit.nn;

import org.jennit.types.Activation;

/**
 * ReLU6(x + 3) / 6. Any shape to the same; {@code inplace} (false by default) overwrites the input.
 */
public final class Hardsigmoid extends Layer implements Activation {

  public Hardsigmoid() {
    super("Hardsigmoid", new Arguments());
  }

  public Hardsigmoid(boolean inplace) {
    super("Hardsigmoid", new Arguments().put("inplace", inplace));
  }

  Hardsigmoid(Handle handle) {
    super(handle);
  }
}
