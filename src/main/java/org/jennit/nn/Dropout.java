package org.jennit.nn;

/**
 * Sets elements to 0 and scales the others, with probability p, 0.5 by default, in training alone;
 * {@code inplace} (false by default) overwrites the input.
 */
public final class Dropout extends Layer {

  public Dropout() {
    super("Dropout", new Arguments());
  }

  public Dropout(double p) {
    super("Dropout", new Arguments().put("p", p));
  }

  public Dropout(double p, boolean inplace) {
    super("Dropout", new Arguments().put("p", p).put("inplace", inplace));
  }

  Dropout(Handle handle) {
    super(handle);
  }
}
