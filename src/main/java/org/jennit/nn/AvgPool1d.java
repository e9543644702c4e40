package org.jennit.nn;

import java.util.Objects;
import org.jennit.types.AvgPool;

/**
 * Mean of each window, over one dimension of (N, C, L) or (C, L); the stride is the kernel's size
 * by default, without padding.
 */
public final class AvgPool1d extends Layer implements AvgPool {

  public AvgPool1d(long kernel_size) {
    super("AvgPool1d", new Arguments().put("kernel_size", kernel_size));
  }

  public AvgPool1d(long kernel_size, long stride) {
    super("AvgPool1d", new Arguments().put("kernel_size", kernel_size).put("stride", stride));
  }

  public AvgPool1d(long kernel_size, long stride, long padding) {
    super(
        "AvgPool1d",
        new Arguments()
            .put("kernel_size", kernel_size)
            .put("stride", stride)
            .put("padding", padding));
  }

  public AvgPool1d(AvgPoolOptions options) {
    super("AvgPool1d", Objects.requireNonNull(options, "options is null").arguments);
  }

  AvgPool1d(Handle handle) {
    super(handle);
  }
}
