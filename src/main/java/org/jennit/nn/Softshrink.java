package org.jennit.nn;

import org.jennit.types.Activation;

/**
 * x moved by lambd towards 0, and 0 between -lambd and lambd. Any shape to the same; lambd is 0.5
 * by default.
 */
public final class Softshrink extends Layer implements Activation {

  public Softshrink() {
    super("Softshrink", new Arguments());
  }

  public Softshrink(double lambd) {
    super("Softshrink", new Arguments().put("lambd", lambd));
  }

  Softshrink(Handle handle) {
    super(handle);
  }
}
