package org.jennit.nn;

import java.util.Objects;
import org.jennit.types.ConvolutionTranspose;

/**
 * Transposed convolution over two dimensions, (N, C, H, W) or (C, H, W) to the same with {@code
 * out_channels} channels; stride 1, no padding and a bias by default.
 */
public final class ConvTranspose2d extends Layer implements ConvolutionTranspose {

  public ConvTranspose2d(long in_channels, long out_channels, long kernel_size) {
    super(
        "ConvTranspose2d",
        new Arguments()
            .put("in_channels", in_channels)
            .put("out_channels", out_channels)
            .put("kernel_size", kernel_size));
  }

  public ConvTranspose2d(
      long in_channels, long out_channels, long kernel_size, long stride, long padding) {
    super(
        "ConvTranspose2d",
        new Arguments()
            .put("in_channels", in_channels)
            .put("out_channels", out_channels)
            .put("kernel_size", kernel_size)
            .put("stride", stride)
            .put("padding", padding));
  }

  public ConvTranspose2d(ConvTransposeOptions options) {
    super("ConvTranspose2d", Objects.requireNonNull(options, "options is null").arguments);
  }

  ConvTranspose2d(Handle handle) {
    super(handle);
  }
}
