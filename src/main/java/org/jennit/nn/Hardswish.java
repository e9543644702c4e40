package org.jennit.nn;

import org.jennit.types.Activation;

/**
 * x ReLU6(x + 3) / 6. Any shape to the same; {@code inplace} (false by default) overwrites the
 * input.
 */
public final class Hardswish extends Layer implements Activation {

  public Hardswish() {
    super("Hardswish", new Arguments());
  }

  public Hardswish(boolean inplace) {
    super("Hardswish", new Arguments().put("inplace", inplace));
  }

  Hardswish(Handle handle) {
    super(handle);
  }
}
