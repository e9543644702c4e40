package org.jennit.nn;

import java.util.Objects;

/** Resizes the one to three spatial dimensions of (N, C, ...) to a size or by a factor. */
public final class Upsample extends Layer {

  public Upsample(UpsampleOptions options) {
    super("Upsample", Objects.requireNonNull(options, "options is null").arguments);
  }

  Upsample(Handle handle) {
    super(handle);
  }
}
