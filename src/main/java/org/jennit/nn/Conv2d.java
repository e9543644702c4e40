package org.jennit.nn;

import java.util.Objects;
import org.jennit.types.ConvolutionStandard;

/**
 * Convolution over two dimensions, (N, C, H, W) or (C, H, W) to the same with {@code out_channels}
 * channels; stride 1, no padding and a bias by default.
 */
public final class Conv2d extends Layer implements ConvolutionStandard {

  public Conv2d(long in_channels, long out_channels, long kernel_size) {
    super(
        "Conv2d",
        new Arguments()
            .put("in_channels", in_channels)
            .put("out_channels", out_channels)
            .put("kernel_size", kernel_size));
  }

  public Conv2d(long in_channels, long out_channels, long kernel_size, long stride, long padding) {
    super(
        "Conv2d",
        new Arguments()
            .put("in_channels", in_channels)
            .put("out_channels", out_channels)
            .put("kernel_size", kernel_size)
            .put("stride", stride)
            .put("padding", padding));
  }

  public Conv2d(ConvOptions options) {
    super("Conv2d", Objects.requireNonNull(options, "options is null").arguments);
  }

  Conv2d(Handle handle) {
    super(handle);
  }
}
