package org.jennit.nn;

/**
 * Pads with zeros at the ends of the last two dimensions of (N, C, H, W) or (C, H, W); one size for
 * all ends, or left, right, top and bottom.
 */
public final class ZeroPad2d extends Layer {

  public ZeroPad2d(long... padding) {
    super("ZeroPad2d", new Arguments().put("padding", padding));
  }

  ZeroPad2d(Handle handle) {
    super(handle);
  }
}
