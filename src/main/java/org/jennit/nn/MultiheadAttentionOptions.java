package org.jennit.nn;

/** Arguments of {@link MultiheadAttention}, under torch's names. Not thread-safe. */
public final class MultiheadAttentionOptions {
  final Arguments arguments = new Arguments();

  /**
   * @param num_heads must divide embed_dim
   */
  public MultiheadAttentionOptions(long embed_dim, long num_heads) {
    arguments.put("embed_dim", embed_dim).put("num_heads", num_heads);
  }

  /** The dropout of the weights, while training; 0 by default. */
  public MultiheadAttentionOptions dropout(double dropout) {
    arguments.put("dropout", dropout);
    return this;
  }

  /** Whether the projections have biases; true by default. */
  public MultiheadAttentionOptions bias(boolean bias) {
    arguments.put("bias", bias);
    return this;
  }

  /** Whether a learned key and value stand behind those given; false by default. */
  public MultiheadAttentionOptions add_bias_kv(boolean add_bias_kv) {
    arguments.put("add_bias_kv", add_bias_kv);
    return this;
  }

  /** Whether a key and value of zeros stand behind those given; false by default. */
  public MultiheadAttentionOptions add_zero_attn(boolean add_zero_attn) {
    arguments.put("add_zero_attn", add_zero_attn);
    return this;
  }

  /** Features of the keys; embed_dim by default. */
  public MultiheadAttentionOptions kdim(long kdim) {
    arguments.put("kdim", kdim);
    return this;
  }

  /** Features of the values; embed_dim by default. */
  public MultiheadAttentionOptions vdim(long vdim) {
    arguments.put("vdim", vdim);
    return this;
  }

  /** Whether the samples are the first dimension; false by default. */
  public MultiheadAttentionOptions batch_first(boolean batch_first) {
    arguments.put("batch_first", batch_first);
    return this;
  }

  /**
   * Whether the weights are a second output, as torch's argument of forward says; false by default.
   */
  public MultiheadAttentionOptions need_weights(boolean need_weights) {
    arguments.put("need_weights", need_weights);
    return this;
  }

  /** Whether those weights are the mean over the heads; true by default. */
  public MultiheadAttentionOptions average_attn_weights(boolean average_attn_weights) {
    arguments.put("average_attn_weights", average_attn_weights);
    return this;
  }
}
