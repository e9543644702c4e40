package org.jennit.nn;

/**
 * Pads with the input mirrored, without its border, at the ends of the last two dimensions of (N,
 * C, H, W) or (C, H, W); one size for all ends, or left, right, top and bottom.
 */
public final class ReflectionPad2d extends Layer {

  public ReflectionPad2d(long... padding) {
    super("ReflectionPad2d", new Arguments().put("padding", padding));
  }

  ReflectionPad2d(Handle handle) {
    super(handle);
  }
}
