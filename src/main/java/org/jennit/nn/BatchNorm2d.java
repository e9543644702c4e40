package org.jennit.nn;

import java.util.Objects;
import org.jennit.types.BatchNorm;

/**
 * Batch normalization per channel, (N, C, H, W) to the same; eps 1e-5, momentum 0.1, affine and
 * with running statistics by default.
 */
public final class BatchNorm2d extends Layer implements BatchNorm {

  public BatchNorm2d(long num_features) {
    super("BatchNorm2d", new Arguments().put("num_features", num_features));
  }

  public BatchNorm2d(BatchNormOptions options) {
    super("BatchNorm2d", Objects.requireNonNull(options, "options is null").arguments);
  }

  BatchNorm2d(Handle handle) {
    super(handle);
  }

  @Override
  public double eps() {
    return native_eps();
  }
}
