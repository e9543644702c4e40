package org.jennit.nn;

/**
 * Pads with zeros at the ends of the last three dimensions of (N, C, D, H, W) or (C, D, H, W); one
 * size for all ends, or left, right, top, bottom, front and back.
 */
public final class ZeroPad3d extends Layer {

  public ZeroPad3d(long... padding) {
    super("ZeroPad3d", new Arguments().put("padding", padding));
  }

  ZeroPad3d(Handle handle) {
    super(handle);
  }
}
