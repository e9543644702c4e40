package org.jennit.nn;

/**
 * Pads with the border of the input at the ends of the last dimension of (N, C, L) or (C, L); one
 * size for all ends, or left and right.
 */
public final class ReplicationPad1d extends Layer {

  public ReplicationPad1d(long... padding) {
    super("ReplicationPad1d", new Arguments().put("padding", padding));
  }

  ReplicationPad1d(Handle handle) {
    super(handle);
  }
}
