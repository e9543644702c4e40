package org.jennit.nn;

import java.util.Objects;

/**
 * Attention and two dense layers, each with a residual connection and a norm (Vaswani et al. 2017).
 *
 * <p>Inputs, in this order: src, (S, samples, d_model) or as the options say; src_mask and
 * src_key_padding_mask, or nothing. Masks are those of {@link MultiheadAttention}; {@link
 * Masks#none()} stands for one that is left out. Output: the shape of the first.
 *
 * <p>Children under torch's names, {@code self_attn}, {@code linear1}, {@code norm1} and so on, and
 * what torch has as functions: {@code activation}, and a {@link Add} {@code residual1}, {@code
 * residual2}, ... for each residual connection.
 */
public final class TransformerEncoderLayer extends ComposedLayer {

  public TransformerEncoderLayer(long d_model, long nhead) {
    this(new TransformerLayerOptions(d_model, nhead));
  }

  public TransformerEncoderLayer(TransformerLayerOptions options) {
    super("TransformerEncoderLayer", Objects.requireNonNull(options, "options is null").arguments);
  }

  TransformerEncoderLayer(Handle handle) {
    super(handle);
  }
}
