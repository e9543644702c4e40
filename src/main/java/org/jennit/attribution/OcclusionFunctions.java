package org.jennit.attribution;

import java.util.Objects;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.internal.Scoped;

/** Ways to hide a part of the input. */
public final class OcclusionFunctions {
  private OcclusionFunctions() {}

  /** Zeros outside the window: the model sees the window alone. */
  public static OcclusionFunction occlude_independent() {
    return occlude_independent(torch::zeros_like, false);
  }

  /**
   * Replaces values one by one.
   *
   * @param fill_fn from the input to what takes the place of hidden values, of its shape
   * @param invert whether the inside of the window is hidden, in place of all outside it
   */
  public static OcclusionFunction occlude_independent(
      UnaryOperator<Tensor> fill_fn, boolean invert) {
    Objects.requireNonNull(fill_fn, "fill_fn is null");
    return (input, mask) ->
        Scoped.tensor(
            () -> {
              Tensor hidden = invert ? mask : mask.logical_not();
              return input.mul(hidden.logical_not()).add(hidden.mul(fill_fn.apply(input)));
            });
  }
}
