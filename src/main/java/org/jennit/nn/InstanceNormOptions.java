package org.jennit.nn;

/** Arguments of the instance normalizations, under torch's names. Not thread-safe. */
public final class InstanceNormOptions {
  final Arguments arguments = new Arguments();

  public InstanceNormOptions(long num_features) {
    arguments.put("num_features", num_features);
  }

  /** Added to the variance; 1e-5 by default, and 0 is allowed. */
  public InstanceNormOptions eps(double eps) {
    arguments.put("eps", eps);
    return this;
  }

  /** Share of the batch in the running statistics; 0.1 by default. */
  public InstanceNormOptions momentum(double momentum) {
    arguments.put("momentum", momentum);
    return this;
  }

  /** Whether there are a weight and a bias; false by default. */
  public InstanceNormOptions affine(boolean affine) {
    arguments.put("affine", affine);
    return this;
  }

  /** Whether running statistics are kept and used in evaluation; false by default. */
  public InstanceNormOptions track_running_stats(boolean track_running_stats) {
    arguments.put("track_running_stats", track_running_stats);
    return this;
  }
}
