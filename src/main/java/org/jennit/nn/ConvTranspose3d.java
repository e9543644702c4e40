package org.jennit.nn;

import java.util.Objects;
import org.jennit.types.ConvolutionTranspose;

/**
 * Transposed convolution over three dimensions, (N, C, D, H, W) or (C, D, H, W) to the same with
 * {@code out_channels} channels; stride 1, no padding and a bias by default.
 */
public final class ConvTranspose3d extends Layer implements ConvolutionTranspose {

  public ConvTranspose3d(long in_channels, long out_channels, long kernel_size) {
    super(
        "ConvTranspose3d",
        new Arguments()
            .put("in_channels", in_channels)
            .put("out_channels", out_channels)
            .put("kernel_size", kernel_size));
  }

  public ConvTranspose3d(
      long in_channels, long out_channels, long kernel_size, long stride, long padding) {
    super(
        "ConvTranspose3d",
        new Arguments()
            .put("in_channels", in_channels)
            .put("out_channels", out_channels)
            .put("kernel_size", kernel_size)
            .put("stride", stride)
            .put("padding", padding));
  }

  public ConvTranspose3d(ConvTransposeOptions options) {
    super("ConvTranspose3d", Objects.requireNonNull(options, "options is null").arguments);
  }

  ConvTranspose3d(Handle handle) {
    super(handle);
  }
}
