package org.jennit.nn;

import java.util.Objects;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.jennit.internal.Boundary;

/** Masks of attention. */
public final class Masks {
  private Masks() {}

  /** No mask, for a place before one that is given. */
  public static Tensor none() {
    return new Tensor();
  }

  /**
   * The causal mask, torch's {@code Transformer.generate_square_subsequent_mask}: (sz, sz), minus
   * infinity where the key comes after the query, 0 elsewhere.
   *
   * @param sz not negative
   * @param dtype of floating point
   */
  public static Tensor generate_square_subsequent_mask(long sz, torch.ScalarType dtype) {
    Objects.requireNonNull(dtype, "dtype is null");
    return Boundary.call(() -> causal(sz, dtype));
  }

  private static Tensor causal(long sz, torch.ScalarType dtype) {
    try (TensorOptions options = new TensorOptions(dtype);
        Scalar forbidden = new Scalar(Double.NEGATIVE_INFINITY);
        Tensor full = torch.full(new long[] {sz, sz}, forbidden, options)) {
      return torch.triu(full, 1);
    }
  }
}
