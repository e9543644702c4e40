package org.jennit.nn;

import java.util.Objects;
import org.jennit.types.Normalization;

/**
 * Normalization per channel of each sample, (N, C, H, W) or (C, H, W) to the same; eps 1e-5,
 * momentum 0.1, neither affine nor with running statistics by default.
 */
public final class InstanceNorm2d extends Layer implements Normalization {

  public InstanceNorm2d(long num_features) {
    super("InstanceNorm2d", new Arguments().put("num_features", num_features));
  }

  public InstanceNorm2d(InstanceNormOptions options) {
    super("InstanceNorm2d", Objects.requireNonNull(options, "options is null").arguments);
  }

  InstanceNorm2d(Handle handle) {
    super(handle);
  }
}
