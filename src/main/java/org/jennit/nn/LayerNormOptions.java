package org.jennit.nn;

/** Arguments of {@link LayerNorm}, under torch's names. Not thread-safe. */
public final class LayerNormOptions {
  final Arguments arguments = new Arguments();

  public LayerNormOptions(long... normalized_shape) {
    arguments.put("normalized_shape", normalized_shape);
  }

  /** Added to the variance; 1e-5 by default, and 0 is allowed. */
  public LayerNormOptions eps(double eps) {
    arguments.put("eps", eps);
    return this;
  }

  /** Whether there are a weight and a bias; true by default. */
  public LayerNormOptions elementwise_affine(boolean elementwise_affine) {
    arguments.put("elementwise_affine", elementwise_affine);
    return this;
  }

  /** Whether there is a bias beside the weight; true by default. */
  public LayerNormOptions bias(boolean bias) {
    arguments.put("bias", bias);
    return this;
  }
}
