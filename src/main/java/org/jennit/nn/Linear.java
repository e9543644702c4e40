package org.jennit.nn;

/**
 * Affine map of the last dimension: (..., in_features) to (..., out_features); {@code bias} is true
 * by default.
 */
public final class Linear extends Layer implements org.jennit.types.Linear {

  public Linear(long in_features, long out_features) {
    super(
        "Linear",
        new Arguments().put("in_features", in_features).put("out_features", out_features));
  }

  public Linear(long in_features, long out_features, boolean bias) {
    super(
        "Linear",
        new Arguments()
            .put("in_features", in_features)
            .put("out_features", out_features)
            .put("bias", bias));
  }

  Linear(Handle handle) {
    super(handle);
  }
}
