package org.jennit.conformance;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** How far a tensor is from what it should be. */
public final class Errors {
  private Errors() {}

  /**
   * The largest difference, relative to the largest expected value. A value that is expected not to
   * be a number (zero by zero, where a scaled stabilizer vanishes) must be none; the result is NaN
   * otherwise.
   */
  public static double relative(Tensor actual, Tensor expected) {
    try (PointerScope scope = new PointerScope()) {
      if (!Arrays.equals(actual.shape(), expected.shape())) {
        throw new AssertionError(
            "shape "
                + Arrays.toString(actual.shape())
                + ", not "
                + Arrays.toString(expected.shape()));
      }
      if (expected.numel() == 0) {
        return 0;
      }
      Tensor wanted = expected.to(torch.ScalarType.Double);
      Tensor given = actual.detach().to(torch.ScalarType.Double);
      Tensor both = wanted.isnan().logical_and(given.isnan());
      wanted = wanted.masked_fill(both, new Scalar(0));
      given = given.masked_fill(both, new Scalar(0));
      double largest = wanted.abs().max().item().toDouble();
      double error = given.sub(wanted).abs().max().item().toDouble();
      return largest == 0 ? error : error / largest;
    }
  }
}
