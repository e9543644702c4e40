package org.jennit.nn;

/**
 * A linear map of two parts of which a gate weighs one: {@code W x + b + r (V y + d)}, of inputs
 * (..., in_features + gated_features), x before y, and gates r of (..., out_features). In a GRU it
 * makes the candidate. Rules that work on every module take the gate for a constant; {@code
 * Epsilon} takes relevance along the contributions of x and of y times the gate. Parameters:
 * weight, gated_weight, bias, gated_bias; biases by default.
 */
public final class GatedLinear extends Layer {

  public GatedLinear(long in_features, long gated_features, long out_features) {
    this(in_features, gated_features, out_features, true);
  }

  public GatedLinear(long in_features, long gated_features, long out_features, boolean bias) {
    super(
        "GatedLinear",
        new Arguments()
            .put("in_features", in_features)
            .put("gated_features", gated_features)
            .put("out_features", out_features)
            .put("bias", bias));
  }

  GatedLinear(Handle handle) {
    super(handle);
  }
}
