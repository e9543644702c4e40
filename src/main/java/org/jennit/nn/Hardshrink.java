package org.jennit.nn;

import org.jennit.types.Activation;

/** x where |x| exceeds lambd, otherwise 0. Any shape to the same; lambd is 0.5 by default. */
public final class Hardshrink extends Layer implements Activation {

  public Hardshrink() {
    super("Hardshrink", new Arguments());
  }

  public Hardshrink(double lambd) {
    super("Hardshrink", new Arguments().put("lambd", lambd));
  }

  Hardshrink(Handle handle) {
    super(handle);
  }
}
