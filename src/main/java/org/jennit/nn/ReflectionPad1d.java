package org.jennit.nn;

/**
 * Pads with the input mirrored, without its border, at the ends of the last dimension of (N, C, L)
 * or (C, L); one size for all ends, or left and right.
 */
public final class ReflectionPad1d extends Layer {

  public ReflectionPad1d(long... padding) {
    super("ReflectionPad1d", new Arguments().put("padding", padding));
  }

  ReflectionPad1d(Handle handle) {
    super(handle);
  }
}
