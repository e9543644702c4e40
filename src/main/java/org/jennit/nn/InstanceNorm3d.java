package org.jennit.nn;

import java.util.Objects;
import org.jennit.types.Normalization;

/**
 * Normalization per channel of each sample, (N, C, D, H, W) or (C, D, H, W) to the same; eps 1e-5,
 * momentum 0.1, neither affine nor with running statistics by default.
 */
public final class InstanceNorm3d extends Layer implements Normalization {

  public InstanceNorm3d(long num_features) {
    super("InstanceNorm3d", new Arguments().put("num_features", num_features));
  }

  public InstanceNorm3d(InstanceNormOptions options) {
    super("InstanceNorm3d", Objects.requireNonNull(options, "options is null").arguments);
  }

  InstanceNorm3d(Handle handle) {
    super(handle);
  }
}
