package org.jennit.nn;

/**
 * Pads with a value at the ends of the last three dimensions of (N, C, D, H, W) or (C, D, H, W);
 * one size for all ends, or left, right, top, bottom, front and back.
 */
public final class ConstantPad3d extends Layer {

  public ConstantPad3d(long padding, double value) {
    super("ConstantPad3d", new Arguments().put("padding", padding).put("value", value));
  }

  public ConstantPad3d(long[] padding, double value) {
    super("ConstantPad3d", new Arguments().put("padding", padding).put("value", value));
  }

  ConstantPad3d(Handle handle) {
    super(handle);
  }
}
