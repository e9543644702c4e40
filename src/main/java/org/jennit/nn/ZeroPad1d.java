package org.jennit.nn;

/**
 * Pads with zeros at the ends of the last dimension of (N, C, L) or (C, L); one size for all ends,
 * or left and right.
 */
public final class ZeroPad1d extends Layer {

  public ZeroPad1d(long... padding) {
    super("ZeroPad1d", new Arguments().put("padding", padding));
  }

  ZeroPad1d(Handle handle) {
    super(handle);
  }
}
