package org.jennit.nn;

/**
 * Pads with a value at the ends of the last dimension of (N, C, L) or (C, L); one size for all
 * ends, or left and right.
 */
public final class ConstantPad1d extends Layer {

  public ConstantPad1d(long padding, double value) {
    super("ConstantPad1d", new Arguments().put("padding", padding).put("value", value));
  }

  public ConstantPad1d(long[] padding, double value) {
    super("ConstantPad1d", new Arguments().put("padding", padding).put("value", value));
  }

  ConstantPad1d(Handle handle) {
    super(handle);
  }
}
