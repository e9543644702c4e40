package org.jennit.nn;

/** Softmax over the channels at each place, (N, C, H, W) or (C, H, W) to the same. */
public final class Softmax2d extends Layer {

  public Softmax2d() {
    super("Softmax2d", new Arguments());
  }

  Softmax2d(Handle handle) {
    super(handle);
  }
}
