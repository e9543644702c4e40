package org.jennit.nn;

import java.util.Objects;
import org.jennit.types.AvgPool;

/**
 * Mean of each window, over three dimensions of (N, C, D, H, W) or (C, D, H, W); the stride is the
 * kernel's size by default, without padding.
 */
public final class AvgPool3d extends Layer implements AvgPool {

  public AvgPool3d(long kernel_size) {
    super("AvgPool3d", new Arguments().put("kernel_size", kernel_size));
  }

  public AvgPool3d(long kernel_size, long stride) {
    super("AvgPool3d", new Arguments().put("kernel_size", kernel_size).put("stride", stride));
  }

  public AvgPool3d(long kernel_size, long stride, long padding) {
    super(
        "AvgPool3d",
        new Arguments()
            .put("kernel_size", kernel_size)
            .put("stride", stride)
            .put("padding", padding));
  }

  public AvgPool3d(AvgPoolOptions options) {
    super("AvgPool3d", Objects.requireNonNull(options, "options is null").arguments);
  }

  AvgPool3d(Handle handle) {
    super(handle);
  }
}
