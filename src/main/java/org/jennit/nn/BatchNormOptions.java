package org.jennit.nn;

/** Arguments of the batch normalizations, under torch's names. Not thread-safe. */
public final class BatchNormOptions {
  final Arguments arguments = new Arguments();

  public BatchNormOptions(long num_features) {
    arguments.put("num_features", num_features);
  }

  /** Added to the variance; 1e-5 by default, and 0 is allowed. */
  public BatchNormOptions eps(double eps) {
    arguments.put("eps", eps);
    return this;
  }

  /**
   * Share of the batch in the running statistics, 0.1 by default; null for their cumulative
   * average.
   */
  public BatchNormOptions momentum(Double momentum) {
    arguments.put("momentum", momentum == null ? new double[0] : new double[] {momentum});
    return this;
  }

  /** Whether there are a weight and a bias; true by default. */
  public BatchNormOptions affine(boolean affine) {
    arguments.put("affine", affine);
    return this;
  }

  /** Whether running statistics are kept and used in evaluation; true by default. */
  public BatchNormOptions track_running_stats(boolean track_running_stats) {
    arguments.put("track_running_stats", track_running_stats);
    return this;
  }
}
