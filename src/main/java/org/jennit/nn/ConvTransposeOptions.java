package org.jennit.nn;

/** Arguments of the transposed convolutions, under torch's names. Not thread-safe. */
public final class ConvTransposeOptions {
  final Arguments arguments = new Arguments();

  public ConvTransposeOptions(long in_channels, long out_channels, long... kernel_size) {
    arguments
        .put("in_channels", in_channels)
        .put("out_channels", out_channels)
        .put("kernel_size", kernel_size);
  }

  /** Step in the output, one value for all dimensions or one for each; 1 by default. */
  public ConvTransposeOptions stride(long... stride) {
    arguments.put("stride", stride);
    return this;
  }

  /**
   * How much is cut off on both sides of the output, one value for all dimensions or one for each;
   * 0 by default.
   */
  public ConvTransposeOptions padding(long... padding) {
    arguments.put("padding", padding);
    return this;
  }

  /**
   * Additional size on one side of the output, one value for all dimensions or one for each; 0 by
   * default.
   */
  public ConvTransposeOptions output_padding(long... output_padding) {
    arguments.put("output_padding", output_padding);
    return this;
  }

  /**
   * Distance between the elements of the kernel, one value for all dimensions or one for each; 1 by
   * default.
   */
  public ConvTransposeOptions dilation(long... dilation) {
    arguments.put("dilation", dilation);
    return this;
  }

  /** Number of groups of channels that do not see each other; 1 by default. */
  public ConvTransposeOptions groups(long groups) {
    arguments.put("groups", groups);
    return this;
  }

  /** Whether a bias is added; true by default. */
  public ConvTransposeOptions bias(boolean bias) {
    arguments.put("bias", bias);
    return this;
  }
}
