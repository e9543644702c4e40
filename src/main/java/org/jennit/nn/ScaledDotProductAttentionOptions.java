package org.jennit.nn;

/** Arguments of {@link ScaledDotProductAttention}, under torch's names. Not thread-safe. */
public final class ScaledDotProductAttentionOptions {
  final Arguments arguments = new Arguments();

  /** The dropout of the weights, while training; 0 by default. */
  public ScaledDotProductAttentionOptions dropout_p(double dropout_p) {
    arguments.put("dropout_p", dropout_p);
    return this;
  }

  /** Whether a query sees no key that comes after it; false by default. */
  public ScaledDotProductAttentionOptions is_causal(boolean is_causal) {
    arguments.put("is_causal", is_causal);
    return this;
  }

  /** The factor of the products of queries and keys; 1 / sqrt(E) by default. */
  public ScaledDotProductAttentionOptions scale(double scale) {
    arguments.put("scale", scale);
    return this;
  }

  /** Whether several heads of queries share one of keys and values; false by default. */
  public ScaledDotProductAttentionOptions enable_gqa(boolean enable_gqa) {
    arguments.put("enable_gqa", enable_gqa);
    return this;
  }
}
