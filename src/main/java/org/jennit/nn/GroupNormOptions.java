package org.jennit.nn;

/** Arguments of {@link GroupNorm}, under torch's names. Not thread-safe. */
public final class GroupNormOptions {
  final Arguments arguments = new Arguments();

  public GroupNormOptions(long num_groups, long num_channels) {
    arguments.put("num_groups", num_groups).put("num_channels", num_channels);
  }

  /** Added to the variance; 1e-5 by default, and 0 is allowed. */
  public GroupNormOptions eps(double eps) {
    arguments.put("eps", eps);
    return this;
  }

  /** Whether there are a weight and a bias; true by default. */
  public GroupNormOptions affine(boolean affine) {
    arguments.put("affine", affine);
    return this;
  }
}
