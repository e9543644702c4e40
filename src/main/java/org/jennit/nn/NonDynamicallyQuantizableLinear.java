package org.jennit.nn;

/**
 * Affine map of the last dimension within a {@link MultiheadAttention}, under torch's name. It is a
 * class of its own because PyTorch calls no module there: composites that keep to Zennit give
 * {@link Linear} a rule, but not this.
 */
public final class NonDynamicallyQuantizableLinear extends Layer {

  public NonDynamicallyQuantizableLinear(long in_features, long out_features) {
    super(
        "NonDynamicallyQuantizableLinear",
        new Arguments().put("in_features", in_features).put("out_features", out_features));
  }

  NonDynamicallyQuantizableLinear(Handle handle) {
    super(handle);
  }
}
