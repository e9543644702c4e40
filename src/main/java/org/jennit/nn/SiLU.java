package org.jennit.nn;

import org.jennit.types.Activation;

/** x sigmoid(x). Any shape to the same; {@code inplace} (false by default) overwrites the input. */
public final class SiLU extends Layer implements Activation {

  public SiLU() {
    super("SiLU", new Arguments());
  }

  public SiLU(boolean inplace) {
    super("SiLU", new Arguments().put("inplace", inplace));
  }

  SiLU(Handle handle) {
    super(handle);
  }
}
