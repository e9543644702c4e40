package org.jennit.nn;

import java.util.Objects;
import org.jennit.types.Normalization;

/** Normalization over groups of channels, (N, C, ...) to the same; eps 1e-5, affine by default. */
public final class GroupNorm extends Layer implements Normalization {

  public GroupNorm(long num_groups, long num_channels) {
    super(
        "GroupNorm",
        new Arguments().put("num_groups", num_groups).put("num_channels", num_channels));
  }

  public GroupNorm(GroupNormOptions options) {
    super("GroupNorm", Objects.requireNonNull(options, "options is null").arguments);
  }

  GroupNorm(Handle handle) {
    super(handle);
  }
}
