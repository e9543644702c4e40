package org.jennit.nn;

import java.util.Objects;
import org.jennit.types.MaxPool;

/**
 * Maximum of each window, over two dimensions of (N, C, H, W) or (C, H, W); the stride is the
 * kernel's size by default, without padding.
 */
public final class MaxPool2d extends Layer implements MaxPool {

  public MaxPool2d(long kernel_size) {
    super("MaxPool2d", new Arguments().put("kernel_size", kernel_size));
  }

  public MaxPool2d(long kernel_size, long stride) {
    super("MaxPool2d", new Arguments().put("kernel_size", kernel_size).put("stride", stride));
  }

  public MaxPool2d(long kernel_size, long stride, long padding) {
    super(
        "MaxPool2d",
        new Arguments()
            .put("kernel_size", kernel_size)
            .put("stride", stride)
            .put("padding", padding));
  }

  public MaxPool2d(MaxPoolOptions options) {
    super("MaxPool2d", Objects.requireNonNull(options, "options is null").arguments);
  }

  MaxPool2d(Handle handle) {
    super(handle);
  }
}
