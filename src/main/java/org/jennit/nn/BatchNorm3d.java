package org.jennit.nn;

import java.util.Objects;
import org.jennit.types.BatchNorm;

/**
 * Batch normalization per channel, (N, C, D, H, W) to the same; eps 1e-5, momentum 0.1, affine and
 * with running statistics by default.
 */
public final class BatchNorm3d extends Layer implements BatchNorm {

  public BatchNorm3d(long num_features) {
    super("BatchNorm3d", new Arguments().put("num_features", num_features));
  }

  public BatchNorm3d(BatchNormOptions options) {
    super("BatchNorm3d", Objects.requireNonNull(options, "options is null").arguments);
  }

  BatchNorm3d(Handle handle) {
    super(handle);
  }

  @Override
  public double eps() {
    return native_eps();
  }
}
