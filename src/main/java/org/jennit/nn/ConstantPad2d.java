package org.jennit.nn;

/**
 * Pads with a value at the ends of the last two dimensions of (N, C, H, W) or (C, H, W); one size
 * for all ends, or left, right, top and bottom.
 */
public final class ConstantPad2d extends Layer {

  public ConstantPad2d(long padding, double value) {
    super("ConstantPad2d", new Arguments().put("padding", padding).put("value", value));
  }

  public ConstantPad2d(long[] padding, double value) {
    super("ConstantPad2d", new Arguments().put("padding", padding).put("value", value));
  }

  ConstantPad2d(Handle handle) {
    super(handle);
  }
}
