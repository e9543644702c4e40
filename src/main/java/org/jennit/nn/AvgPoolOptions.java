package org.jennit.nn;

/** Arguments of the average poolings, under torch's names. Not thread-safe. */
public final class AvgPoolOptions {
  final Arguments arguments = new Arguments();

  public AvgPoolOptions(long... kernel_size) {
    arguments.put("kernel_size", kernel_size);
  }

  /**
   * Step of the window, one value for all dimensions or one for each; the kernel's size by default.
   */
  public AvgPoolOptions stride(long... stride) {
    arguments.put("stride", stride);
    return this;
  }

  /** Padding on both sides, one value for all dimensions or one for each; 0 by default. */
  public AvgPoolOptions padding(long... padding) {
    arguments.put("padding", padding);
    return this;
  }

  /** Whether the size of the output is rounded up; false by default. */
  public AvgPoolOptions ceil_mode(boolean ceil_mode) {
    arguments.put("ceil_mode", ceil_mode);
    return this;
  }

  /** Whether padding counts as elements of the mean; true by default. */
  public AvgPoolOptions count_include_pad(boolean count_include_pad) {
    arguments.put("count_include_pad", count_include_pad);
    return this;
  }

  /** Divides the sums by this in place of the number of elements; two and three dimensions only. */
  public AvgPoolOptions divisor_override(long divisor_override) {
    arguments.put("divisor_override", divisor_override);
    return this;
  }
}
