package org.jennit.image;

import java.util.Objects;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.jennit.internal.Boundary;
import org.jennit.internal.Scoped;

/**
 * The values that become 0 and 1 when a tensor is normalised. Both tensors belong to the caller.
 *
 * @param low what becomes 0; broadcasts against the tensor it was taken from
 * @param high what becomes 1; broadcasts against the tensor it was taken from
 */
public record NormBounds(Tensor low, Tensor high) implements AutoCloseable {
  /** Computes {@link Image#interval_norm_bounds}. */
  static NormBounds of(Tensor input, boolean symmetric, long... dim) {
    Objects.requireNonNull(input, "input is null");
    long[] reduced = dim.length > 0 ? dim : LongStream.range(1, input.dim()).toArray();
    if (reduced.length == 0) {
      throw new IllegalArgumentException(
          "bounds of a tensor of rank " + input.dim() + " need the dimensions to reduce");
    }
    return Boundary.call(() -> of(input, symmetric, reduced, true));
  }

  private static NormBounds of(Tensor input, boolean symmetric, long[] reduced, boolean keepdim) {
    if (symmetric) {
      Tensor high = Scoped.tensor(() -> input.detach().abs().amax(reduced, keepdim));
      return new NormBounds(Scoped.tensor(high::neg), high);
    }
    return new NormBounds(
        Scoped.tensor(() -> input.detach().amin(reduced, keepdim)),
        Scoped.tensor(() -> input.detach().amax(reduced, keepdim)));
  }

  /** Frees both tensors. */
  @Override
  public void close() {
    low.close();
    high.close();
  }
}
