package org.jennit.nn;

import java.util.Objects;
import org.jennit.types.ConvolutionStandard;

/**
 * Convolution over three dimensions, (N, C, D, H, W) or (C, D, H, W) to the same with {@code
 * out_channels} channels; stride 1, no padding and a bias by default.
 */
public final class Conv3d extends Layer implements ConvolutionStandard {

  public Conv3d(long in_channels, long out_channels, long kernel_size) {
    super(
        "Conv3d",
        new Arguments()
            .put("in_channels", in_channels)
            .put("out_channels", out_channels)
            .put("kernel_size", kernel_size));
  }

  public Conv3d(long in_channels, long out_channels, long kernel_size, long stride, long padding) {
    super(
        "Conv3d",
        new Arguments()
            .put("in_channels", in_channels)
            .put("out_channels", out_channels)
            .put("kernel_size", kernel_size)
            .put("stride", stride)
            .put("padding", padding));
  }

  public Conv3d(ConvOptions options) {
    super("Conv3d", Objects.requireNonNull(options, "options is null").arguments);
  }

  Conv3d(Handle handle) {
    super(handle);
  }
}
