package org.jennit.nn;

/**
 * Arguments of {@link Upsample}, under torch's names: one of size and scale_factor is needed. Not
 * thread-safe.
 */
public final class UpsampleOptions {
  final Arguments arguments = new Arguments();

  /** Spatial size of the output, one value for all dimensions or one for each. */
  public UpsampleOptions size(long... size) {
    arguments.put("size", size);
    return this;
  }

  /** Size of the output divided by the input's, one value for all dimensions or one for each. */
  public UpsampleOptions scale_factor(double... scale_factor) {
    arguments.put("scale_factor", scale_factor);
    return this;
  }

  /**
   * {@code "nearest"} (the default), {@code "nearest-exact"}, {@code "area"}, {@code "linear"},
   * {@code "bilinear"}, {@code "bicubic"} or {@code "trilinear"}.
   */
  public UpsampleOptions mode(String mode) {
    arguments.put("mode", mode);
    return this;
  }

  /**
   * Whether the corner pixels of input and output coincide, for the linear and cubic modes; false
   * by default.
   */
  public UpsampleOptions align_corners(boolean align_corners) {
    arguments.put("align_corners", align_corners);
    return this;
  }

  /** Whether the factor is computed anew from the size of the output; false by default. */
  public UpsampleOptions recompute_scale_factor(boolean recompute_scale_factor) {
    arguments.put("recompute_scale_factor", recompute_scale_factor);
    return this;
  }
}
