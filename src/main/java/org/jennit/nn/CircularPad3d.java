package org.jennit.nn;

/**
 * Pads with the opposite end of the input at the ends of the last three dimensions of (N, C, D, H,
 * W) or (C, D, H, W); one size for all ends, or left, right, top, bottom, front and back.
 */
public final class CircularPad3d extends Layer {

  public CircularPad3d(long... padding) {
    super("CircularPad3d", new Arguments().put("padding", padding));
  }

  CircularPad3d(Handle handle) {
    super(handle);
  }
}
