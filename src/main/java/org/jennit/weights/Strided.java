package org.jennit.weights;

import java.util.Arrays;

/** A tensor as a file describes it: its type, and the elements it takes from its storage. */
final class Strided {
  /** LibTorch's own limit on the dimensions most of its operators take. */
  static final int MAX_DIMENSIONS = 64;

  /** What a view that repeats elements (an expanded tensor) may unfold to, in bytes. */
  private static final long MAX_UNFOLDED = 1L << 30;

  final DType dtype;

  /** The first element's place, counted in elements from the start of the storage. */
  final long offset;

  /** The length of each dimension. */
  final long[] sizes;

  /** The distance, in elements, between neighbours along each dimension. */
  final long[] strides;

  Strided(DType dtype, long offset, long[] sizes, long[] strides) {
    this.dtype = dtype;
    this.offset = offset;
    this.sizes = sizes;
    this.strides = strides;
  }

  static Strided contiguous(DType dtype, long[] sizes) {
    long[] strides = new long[sizes.length];
    long stride = 1;
    for (int d = sizes.length - 1; d >= 0; d--) {
      strides[d] = stride;
      stride = Math.multiplyExact(stride, Math.max(sizes[d], 1));
    }
    return new Strided(dtype, 0, sizes, strides);
  }

  long elements() {
    return Arrays.stream(sizes).anyMatch(size -> size == 0)
        ? 0
        : Arrays.stream(sizes).reduce(1, Math::multiplyExact);
  }

  /** Why this does not fit a storage of so many bytes, or null if it does. */
  String misfit(long storageBytes) {
    if (sizes.length != strides.length) {
      return sizes.length + " sizes but " + strides.length + " strides";
    }
    if (sizes.length > MAX_DIMENSIONS) {
      return sizes.length + " dimensions, more than " + MAX_DIMENSIONS;
    }
    if (offset < 0
        || Arrays.stream(sizes).anyMatch(n -> n < 0)
        || Arrays.stream(strides).anyMatch(n -> n < 0)) {
      return "a negative offset, size or stride in " + this;
    }
    try {
      long end = Math.multiplyExact(Math.addExact(offset, reach()), dtype.bytes);
      long unfolded = Math.multiplyExact(elements(), dtype.bytes);
      if (end > storageBytes) {
        return "it needs " + end + " bytes of a storage that has " + storageBytes;
      }
      return unfolded > Math.max(storageBytes, MAX_UNFOLDED)
          ? "it repeats a storage of " + storageBytes + " bytes to " + unfolded + " bytes"
          : null;
    } catch (ArithmeticException overflow) {
      return "sizes that overflow in " + this;
    }
  }

  /** The elements between the first and the last one, both included. */
  private long reach() {
    if (elements() == 0) {
      return 0;
    }
    long last = 0;
    for (int d = 0; d < sizes.length; d++) {
      last = Math.addExact(last, Math.multiplyExact(sizes[d] - 1, strides[d]));
    }
    return Math.addExact(last, 1);
  }

  @Override
  public String toString() {
    return String.format(
        "%s with sizes %s, strides %s, offset %d",
        dtype.torchName, Arrays.toString(sizes), Arrays.toString(strides), offset);
  }
}
