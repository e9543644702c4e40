package org.jennit.nn;

import java.util.Objects;
import org.jennit.types.ConvolutionTranspose;

/**
 * Transposed convolution over one dimension, (N, C, L) or (C, L) to the same with {@code
 * out_channels} channels; stride 1, no padding and a bias by default.
 */
public final class ConvTranspose1d extends Layer implements ConvolutionTranspose {

  public ConvTranspose1d(long in_channels, long out_channels, long kernel_size) {
    super(
        "ConvTranspose1d",
        new Arguments()
            .put("in_channels", in_channels)
            .put("out_channels", out_channels)
            .put("kernel_size", kernel_size));
  }

  public ConvTranspose1d(
      long in_channels, long out_channels, long kernel_size, long stride, long padding) {
    super(
        "ConvTranspose1d",
        new Arguments()
            .put("in_channels", in_channels)
            .put("out_channels", out_channels)
            .put("kernel_size", kernel_size)
            .put("stride", stride)
            .put("padding", padding));
  }

  public ConvTranspose1d(ConvTransposeOptions options) {
    super("ConvTranspose1d", Objects.requireNonNull(options, "options is null").arguments);
  }

  ConvTranspose1d(Handle handle) {
    super(handle);
  }
}
