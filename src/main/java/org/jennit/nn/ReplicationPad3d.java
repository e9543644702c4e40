package org.jennit.nn;

/**
 * Pads with the border of the input at the ends of the last three dimensions of (N, C, D, H, W) or
 * (C, D, H, W); one size for all ends, or left, right, top, bottom, front and back.
 */
public final class ReplicationPad3d extends Layer {

  public ReplicationPad3d(long... padding) {
    super("ReplicationPad3d", new Arguments().put("padding", padding));
  }

  ReplicationPad3d(Handle handle) {
    super(handle);
  }
}
