package org.jennit.nn;

/**
 * Sets whole channels of (N, C, L) or (C, L) to 0 and scales the others, with probability p, 0.5 by
 * default, in training alone; {@code inplace} (false by default) overwrites the input.
 */
public final class Dropout1d extends Layer {

  public Dropout1d() {
    super("Dropout1d", new Arguments());
  }

  public Dropout1d(double p) {
    super("Dropout1d", new Arguments().put("p", p));
  }

  public Dropout1d(double p, boolean inplace) {
    super("Dropout1d", new Arguments().put("p", p).put("inplace", inplace));
  }

  Dropout1d(Handle handle) {
    super(handle);
  }
}
