package org.jennit.nn;

import org.jennit.types.Activation;

/**
 * x where positive, otherwise a slope times x: random between lower and upper in training, their
 * mean in evaluation. Any shape to the same; lower is 1/8 and upper 1/3 by default; {@code inplace}
 * (false by default) overwrites the input.
 */
public final class RReLU extends Layer implements Activation {

  public RReLU() {
    super("RReLU", new Arguments());
  }

  public RReLU(double lower, double upper) {
    super("RReLU", new Arguments().put("lower", lower).put("upper", upper));
  }

  public RReLU(double lower, double upper, boolean inplace) {
    super("RReLU", new Arguments().put("lower", lower).put("upper", upper).put("inplace", inplace));
  }

  RReLU(Handle handle) {
    super(handle);
  }
}
