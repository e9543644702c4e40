package org.jennit.nn;

/**
 * Bilinear form of two inputs, (..., in1_features) and (..., in2_features), to (..., out_features);
 * {@code bias} is true by default.
 */
public final class Bilinear extends Layer {

  public Bilinear(long in1_features, long in2_features, long out_features) {
    super(
        "Bilinear",
        new Arguments()
            .put("in1_features", in1_features)
            .put("in2_features", in2_features)
            .put("out_features", out_features));
  }

  public Bilinear(long in1_features, long in2_features, long out_features, boolean bias) {
    super(
        "Bilinear",
        new Arguments()
            .put("in1_features", in1_features)
            .put("in2_features", in2_features)
            .put("out_features", out_features)
            .put("bias", bias));
  }

  Bilinear(Handle handle) {
    super(handle);
  }
}
