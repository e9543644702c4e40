package org.jennit.rules;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.jennit.core.ParamMod;

/** Adds gamma times the clamped parameter; either bound may be null, gamma is 0.25 in Zennit. */
public final class GammaMod extends ParamMod {
  public GammaMod(double gamma, Double min, Double max) {
    this(gamma, min, max, List.of());
  }

  public GammaMod(double gamma, Double min, Double max, List<String> zero_params) {
    super(
        (parameter, name) ->
            parameter.add(ClampMod.clamp(parameter, min, max).mul(new Scalar(gamma))),
        null,
        zero_params,
        true);
  }
}
