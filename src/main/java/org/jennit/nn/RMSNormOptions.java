package org.jennit.nn;

/** Arguments of {@link RMSNorm}, under torch's names. Not thread-safe. */
public final class RMSNormOptions {
  final Arguments arguments = new Arguments();

  public RMSNormOptions(long... normalized_shape) {
    arguments.put("normalized_shape", normalized_shape);
  }

  /**
   * Added to the mean of the squares; by default the distance from 1 to the next number of the
   * dtype.
   */
  public RMSNormOptions eps(double eps) {
    arguments.put("eps", eps);
    return this;
  }

  /** Whether there is a weight; true by default. */
  public RMSNormOptions elementwise_affine(boolean elementwise_affine) {
    arguments.put("elementwise_affine", elementwise_affine);
    return this;
  }
}
