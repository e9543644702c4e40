package org.jennit.nn;

/**
 * Sets whole channels of (N, C, H, W) to 0 and scales the others, with probability p, 0.5 by
 * default, in training alone; {@code inplace} (false by default) overwrites the input.
 */
public final class Dropout2d extends Layer {

  public Dropout2d() {
    super("Dropout2d", new Arguments());
  }

  public Dropout2d(double p) {
    super("Dropout2d", new Arguments().put("p", p));
  }

  public Dropout2d(double p, boolean inplace) {
    super("Dropout2d", new Arguments().put("p", p).put("inplace", inplace));
  }

  Dropout2d(Handle handle) {
    super(handle);
  }
}
