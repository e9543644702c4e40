package org.jennit.nn;

import java.util.Objects;
import org.jennit.types.Normalization;

/**
 * Normalization per channel of each sample, (N, C, L) or (C, L) to the same; eps 1e-5, momentum
 * 0.1, neither affine nor with running statistics by default.
 */
public final class InstanceNorm1d extends Layer implements Normalization {

  public InstanceNorm1d(long num_features) {
    super("InstanceNorm1d", new Arguments().put("num_features", num_features));
  }

  public InstanceNorm1d(InstanceNormOptions options) {
    super("InstanceNorm1d", Objects.requireNonNull(options, "options is null").arguments);
  }

  InstanceNorm1d(Handle handle) {
    super(handle);
  }
}
