package org.jennit.nn;

import org.jennit.types.Activation;

/**
 * min(max(0, x), 6). Any shape to the same; {@code inplace} (false by default) overwrites the
 * input.
 */
public final class ReLU6 extends Layer implements Activation {

  public ReLU6() {
    super("ReLU6", new Arguments());
  }

  public ReLU6(boolean inplace) {
    super("ReLU6", new Arguments().put("inplace", inplace));
  }

  ReLU6(Handle handle) {
    super(handle);
  }
}
