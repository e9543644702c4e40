package org.jennit.nn;

import org.jennit.types.Activation;

/**
 * x where it exceeds the threshold, otherwise value. Any shape to the same; {@code inplace} (false
 * by default) overwrites the input.
 */
public final class Threshold extends Layer implements Activation {

  public Threshold(double threshold, double value) {
    super("Threshold", new Arguments().put("threshold", threshold).put("value", value));
  }

  public Threshold(double threshold, double value, boolean inplace) {
    super(
        "Threshold",
        new Arguments().put("threshold", threshold).put("value", value).put("inplace", inplace));
  }

  Threshold(Handle handle) {
    super(handle);
  }
}
