package org.jennit.nn;

/**
 * Division by a local sum of squares over {@code size} neighbouring channels, (N, C, ...) to the
 * same; alpha 1e-4, beta 0.75 and k 1 by default.
 */
public final class LocalResponseNorm extends Layer {

  public LocalResponseNorm(long size) {
    super("LocalResponseNorm", new Arguments().put("size", size));
  }

  public LocalResponseNorm(long size, double alpha, double beta, double k) {
    super(
        "LocalResponseNorm",
        new Arguments().put("size", size).put("alpha", alpha).put("beta", beta).put("k", k));
  }

  LocalResponseNorm(Handle handle) {
    super(handle);
  }
}
