package org.jennit.nn;

/** Resizes the one to three spatial dimensions of (N, C, ...) to a size or by a factor. */
public final class Upsample extends Layer {

  public Upsample(UpsampleOptions options) {
    super("Upsample", options.arguments);
  }

  Upsample(Handle handle) {
    super(handle);
  }
}
