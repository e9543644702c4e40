package org.jennit.nn;

/**
 * Pads with the input mirrored, without its border, at the ends of the last three dimensions of (N,
 * C, D, H, W) or (C, D, H, W); one size for all ends, or left, right, top, bottom, front and back.
 */
public final class ReflectionPad3d extends Layer {

  public ReflectionPad3d(long... padding) {
    super("ReflectionPad3d", new Arguments().put("padding", padding));
  }

  ReflectionPad3d(Handle handle) {
    super(handle);
  }
}
