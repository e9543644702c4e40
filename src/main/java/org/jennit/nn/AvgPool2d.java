package org.jennit.nn;

import java.util.Objects;
import org.jennit.types.AvgPool;

/**
 * Mean of each window, over two dimensions of (N, C, H, W) or (C, H, W); the stride is the kernel's
 * size by default, without padding.
 */
public final class AvgPool2d extends Layer implements AvgPool {

  public AvgPool2d(long kernel_size) {
    super("AvgPool2d", new Arguments().put("kernel_size", kernel_size));
  }

  public AvgPool2d(long kernel_size, long stride) {
    super("AvgPool2d", new Arguments().put("kernel_size", kernel_size).put("stride", stride));
  }

  public AvgPool2d(long kernel_size, long stride, long padding) {
    super(
        "AvgPool2d",
        new Arguments()
            .put("kernel_size", kernel_size)
            .put("stride", stride)
            .put("padding", padding));
  }

  public AvgPool2d(AvgPoolOptions options) {
    super("AvgPool2d", Objects.requireNonNull(options, "options is null").arguments);
  }

  AvgPool2d(Handle handle) {
    super(handle);
  }
}
