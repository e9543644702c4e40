package org.jennit.nn;

import org.jennit.types.Activation;

/**
 * x where positive, otherwise negative_slope x. Any shape to the same; negative_slope is 0.01 by
 * default; {@code inplace} (false by default) overwrites the input.
 */
public final class LeakyReLU extends Layer implements Activation {

  public LeakyReLU() {
    super("LeakyReLU", new Arguments());
  }

  public LeakyReLU(double negative_slope) {
    super("LeakyReLU", new Arguments().put("negative_slope", negative_slope));
  }

  public LeakyReLU(double negative_slope, boolean inplace) {
    super(
        "LeakyReLU", new Arguments().put("negative_slope", negative_slope).put("inplace", inplace));
  }

  LeakyReLU(Handle handle) {
    super(handle);
  }
}
