package org.jennit.nn;

import java.util.Objects;

/**
 * An encoder and a decoder that reads what the encoder makes (Vaswani et al. 2017).
 *
 * <p>Inputs, in this order: src, (S, samples, d_model) or as the options say, and tgt, (T, samples,
 * d_model); src_mask, tgt_mask, memory_mask, src_key_padding_mask, tgt_key_padding_mask and
 * memory_key_padding_mask, or nothing. Masks are those of {@link MultiheadAttention}; {@link
 * Masks#none()} stands for one that is left out, {@link Masks#generate_square_subsequent_mask} is
 * the causal one. Output: the shape of tgt.
 */
public final class Transformer extends ComposedLayer {

  public Transformer() {
    this(new TransformerOptions());
  }

  public Transformer(TransformerOptions options) {
    super("Transformer", Objects.requireNonNull(options, "options is null").arguments);
  }

  Transformer(Handle handle) {
    super(handle);
  }
}
