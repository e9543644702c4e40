package org.jennit.nn;

/**
 * Pads with the opposite end of the input at the ends of the last dimension of (N, C, L) or (C, L);
 * one size for all ends, or left and right.
 */
public final class CircularPad1d extends Layer {

  public CircularPad1d(long... padding) {
    super("CircularPad1d", new Arguments().put("padding", padding));
  }

  CircularPad1d(Handle handle) {
    super(handle);
  }
}
