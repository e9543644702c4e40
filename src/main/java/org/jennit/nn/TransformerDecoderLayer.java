package org.jennit.nn;

import java.util.Objects;

/**
 * Attention and two dense layers, each with a residual connection and a norm (Vaswani et al. 2017).
 *
 * <p>Inputs, in this order: tgt, (T, samples, d_model) or as the options say, and memory, (S,
 * samples, d_model); tgt_mask, memory_mask, tgt_key_padding_mask and memory_key_padding_mask, or
 * nothing. Masks are those of {@link MultiheadAttention}; {@link Masks#none()} stands for one that
 * is left out. Output: the shape of the first.
 *
 * <p>Children under torch's names, {@code self_attn}, {@code multihead_attn}, {@code linear1},
 * {@code norm1} and so on, and what torch has as functions: {@code activation}, and a {@link Add}
 * {@code residual1}, {@code residual2}, ... for each residual connection.
 */
public final class TransformerDecoderLayer extends ComposedLayer {

  public TransformerDecoderLayer(long d_model, long nhead) {
    this(new TransformerLayerOptions(d_model, nhead));
  }

  public TransformerDecoderLayer(TransformerLayerOptions options) {
    super("TransformerDecoderLayer", Objects.requireNonNull(options, "options is null").arguments);
  }

  TransformerDecoderLayer(Handle handle) {
    super(handle);
  }
}
