package org.jennit.nn;

import java.util.Objects;
import org.jennit.types.MaxPool;

/**
 * Maximum of each window, over one dimension of (N, C, L) or (C, L); the stride is the kernel's
 * size by default, without padding.
 */
public final class MaxPool1d extends Layer implements MaxPool {

  public MaxPool1d(long kernel_size) {
    super("MaxPool1d", new Arguments().put("kernel_size", kernel_size));
  }

  public MaxPool1d(long kernel_size, long stride) {
    super("MaxPool1d", new Arguments().put("kernel_size", kernel_size).put("stride", stride));
  }

  public MaxPool1d(long kernel_size, long stride, long padding) {
    super(
        "MaxPool1d",
        new Arguments()
            .put("kernel_size", kernel_size)
            .put("stride", stride)
            .put("padding", padding));
  }

  public MaxPool1d(MaxPoolOptions options) {
    super("MaxPool1d", Objects.requireNonNull(options, "options is null").arguments);
  }

  MaxPool1d(Handle handle) {
    super(handle);
  }
}
