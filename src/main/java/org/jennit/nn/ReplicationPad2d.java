package org.jennit.nn;

/**
 * Pads with the border of the input at the ends of the last two dimensions of (N, C, H, W) or (C,
 * H, W); one size for all ends, or left, right, top and bottom.
 */
public final class ReplicationPad2d extends Layer {

  public ReplicationPad2d(long... padding) {
    super("ReplicationPad2d", new Arguments().put("padding", padding));
  }

  ReplicationPad2d(Handle handle) {
    super(handle);
  }
}
