package org.jennit.internal;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/** Numbers as tensors. */
public final class Scalars {
  private Scalars() {}

  /** A tensor of no dimensions, in double precision. */
  public static Tensor tensor(double value) {
    try (Scalar scalar = new Scalar(value);
        TensorOptions options = new TensorOptions(torch.ScalarType.Double)) {
      return torch.scalar_tensor(scalar, options);
    }
  }
}
