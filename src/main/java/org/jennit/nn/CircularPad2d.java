package org.jennit.nn;

/**
 * Pads with the opposite end of the input at the ends of the last two dimensions of (N, C, H, W) or
 * (C, H, W); one size for all ends, or left, right, top and bottom.
 */
public final class CircularPad2d extends Layer {

  public CircularPad2d(long... padding) {
    super("CircularPad2d", new Arguments().put("padding", padding));
  }

  CircularPad2d(Handle handle) {
    super(handle);
  }
}
