package org.jennit.rules;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.jennit.core.ParamMod;

/** Clamps parameters; either bound may be null. */
public final class ClampMod extends ParamMod {
  public ClampMod(Double min, Double max) {
    this(min, max, List.of());
  }

  public ClampMod(Double min, Double max, List<String> zero_params) {
    super((parameter, name) -> clamp(parameter, min, max), null, zero_params, true);
  }

  static Tensor clamp(Tensor tensor, Double min, Double max) {
    return tensor.clamp(bound(min), bound(max));
  }

  private static ScalarOptional bound(Double value) {
    return value == null ? new ScalarOptional() : new ScalarOptional(new Scalar(value));
  }
}
