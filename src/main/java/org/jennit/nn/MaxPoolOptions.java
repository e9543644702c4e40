package org.jennit.nn;

/** Arguments of the max poolings, under torch's names. Not thread-safe. */
public final class MaxPoolOptions {
  final Arguments arguments = new Arguments();

  public MaxPoolOptions(long... kernel_size) {
    arguments.put("kernel_size", kernel_size);
  }

  /**
   * Step of the window, one value for all dimensions or one for each; the kernel's size by default.
   */
  public MaxPoolOptions stride(long... stride) {
    arguments.put("stride", stride);
    return this;
  }

  /** Padding on both sides, one value for all dimensions or one for each; 0 by default. */
  public MaxPoolOptions padding(long... padding) {
    arguments.put("padding", padding);
    return this;
  }

  /**
   * Distance between the elements of a window, one value for all dimensions or one for each; 1 by
   * default.
   */
  public MaxPoolOptions dilation(long... dilation) {
    arguments.put("dilation", dilation);
    return this;
  }

  /** Whether the size of the output is rounded up; false by default. */
  public MaxPoolOptions ceil_mode(boolean ceil_mode) {
    arguments.put("ceil_mode", ceil_mode);
    return this;
  }
}
