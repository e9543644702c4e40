package org.jennit.nn;

/**
 * Sets whole channels of (N, C, D, H, W) or (C, D, H, W) to 0 and scales the others, with
 * probability p, 0.5 by default, in training alone; {@code inplace} (false by default) overwrites
 * the input.
 */
public final class Dropout3d extends Layer {

  public Dropout3d() {
    super("Dropout3d", new Arguments());
  }

  public Dropout3d(double p) {
    super("Dropout3d", new Arguments().put("p", p));
  }

  public Dropout3d(double p, boolean inplace) {
    super("Dropout3d", new Arguments().put("p", p).put("inplace", inplace));
  }

  Dropout3d(Handle handle) {
    super(handle);
  }
}
