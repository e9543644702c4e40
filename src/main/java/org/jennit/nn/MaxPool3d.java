package org.jennit.nn;

import java.util.Objects;
import org.jennit.types.MaxPool;

/**
 * Maximum of each window, over three dimensions of (N, C, D, H, W) or (C, D, H, W); the stride is
 * the kernel's size by default, without padding.
 */
public final class MaxPool3d extends Layer implements MaxPool {

  public MaxPool3d(long kernel_size) {
    super("MaxPool3d", new Arguments().put("kernel_size", kernel_size));
  }

  public MaxPool3d(long kernel_size, long stride) {
    super("MaxPool3d", new Arguments().put("kernel_size", kernel_size).put("stride", stride));
  }

  public MaxPool3d(long kernel_size, long stride, long padding) {
    super(
        "MaxPool3d",
        new Arguments()
            .put("kernel_size", kernel_size)
            .put("stride", stride)
            .put("padding", padding));
  }

  public MaxPool3d(MaxPoolOptions options) {
    super("MaxPool3d", Objects.requireNonNull(options, "options is null").arguments);
  }

  MaxPool3d(Handle handle) {
    super(handle);
  }
}
