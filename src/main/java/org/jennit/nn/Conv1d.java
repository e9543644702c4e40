package org.jennit.nn;

import java.util.Objects;
import org.jennit.types.ConvolutionStandard;

/**
 * Convolution over one dimension, (N, C, L) or (C, L) to the same with {@code out_channels}
 * channels; stride 1, no padding and a bias by default.
 */
public final class Conv1d extends Layer implements ConvolutionStandard {

  public Conv1d(long in_channels, long out_channels, long kernel_size) {
    super(
        "Conv1d",
        new Arguments()
            .put("in_channels", in_channels)
            .put("out_channels", out_channels)
            .put("kernel_size", kernel_size));
  }

  public Conv1d(long in_channels, long out_channels, long kernel_size, long stride, long padding) {
    super(
        "Conv1d",
        new Arguments()
            .put("in_channels", in_channels)
            .put("out_channels", out_channels)
            .put("kernel_size", kernel_size)
            .put("stride", stride)
            .put("padding", padding));
  }

  public Conv1d(ConvOptions options) {
    super("Conv1d", Objects.requireNonNull(options, "options is null").arguments);
  }

  Conv1d(Handle handle) {
    super(handle);
  }
}
