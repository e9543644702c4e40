package org.jennit.nn;

/** Arguments of the convolutions, under torch's names. Not thread-safe. */
public final class ConvOptions {
  final Arguments arguments = new Arguments();

  public ConvOptions(long in_channels, long out_channels, long... kernel_size) {
    arguments
        .put("in_channels", in_channels)
        .put("out_channels", out_channels)
        .put("kernel_size", kernel_size);
  }

  /** Step of the kernel, one value for all dimensions or one for each; 1 by default. */
  public ConvOptions stride(long... stride) {
    arguments.put("stride", stride);
    return this;
  }

  /** Padding on both sides, one value for all dimensions or one for each; 0 by default. */
  public ConvOptions padding(long... padding) {
    arguments.put("padding", padding);
    return this;
  }

  /** {@code "valid"} for none, or {@code "same"} for as much as keeps the size (with stride 1). */
  public ConvOptions padding(String padding) {
    arguments.put("padding", padding);
    return this;
  }

  /**
   * Distance between the elements of the kernel, one value for all dimensions or one for each; 1 by
   * default.
   */
  public ConvOptions dilation(long... dilation) {
    arguments.put("dilation", dilation);
    return this;
  }

  /** Number of groups of channels that do not see each other; 1 by default. */
  public ConvOptions groups(long groups) {
    arguments.put("groups", groups);
    return this;
  }

  /** Whether a bias is added; true by default. */
  public ConvOptions bias(boolean bias) {
    arguments.put("bias", bias);
    return this;
  }

  /**
   * {@code "zeros"} (the default), {@code "reflect"}, {@code "replicate"} or {@code "circular"}.
   */
  public ConvOptions padding_mode(String padding_mode) {
    arguments.put("padding_mode", padding_mode);
    return this;
  }
}
