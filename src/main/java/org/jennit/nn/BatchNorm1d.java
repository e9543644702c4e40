package org.jennit.nn;

import java.util.Objects;
import org.jennit.types.BatchNorm;

/**
 * Batch normalization per channel, (N, C) or (N, C, L) to the same; eps 1e-5, momentum 0.1, affine
 * and with running statistics by default.
 */
public final class BatchNorm1d extends Layer implements BatchNorm {

  public BatchNorm1d(long num_features) {
    super("BatchNorm1d", new Arguments().put("num_features", num_features));
  }

  public BatchNorm1d(BatchNormOptions options) {
    super("BatchNorm1d", Objects.requireNonNull(options, "options is null").arguments);
  }

  BatchNorm1d(Handle handle) {
    super(handle);
  }

  @Override
  public double eps() {
    return native_eps();
  }
}
