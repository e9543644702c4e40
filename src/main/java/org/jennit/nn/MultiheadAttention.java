package org.jennit.nn;

import java.util.Objects;

/**
 * Attention with several heads (Vaswani et al. 2017, "Attention is all you need"), with torch's
 * options and parameters: {@code in_proj_weight}, or {@code q_proj_weight}, {@code k_proj_weight}
 * and {@code v_proj_weight} where keys or values have other features; {@code in_proj_bias}, {@code
 * bias_k}, {@code bias_v}, {@code out_proj.weight}, {@code out_proj.bias}.
 *
 * <p>Inputs, in this order:
 *
 * <ul>
 *   <li>the queries, (L, samples, embed_dim), the keys, (S, samples, kdim), and the values, (S,
 *       samples, vdim); (samples, L, embed_dim) and so on with {@code batch_first}; without the
 *       dimension of the samples where there is no batch;
 *   <li>key_padding_mask, or nothing: (samples, S), of bool, where true hides a key, or of floating
 *       point, to be added to the scores;
 *   <li>attn_mask, or nothing: (L, S) or (samples * num_heads, L, S), likewise. Give {@link
 *       Masks#none()} for key_padding_mask where there is an attn_mask alone.
 * </ul>
 *
 * <p>Output: the shape of the queries; of {@link #forward_all}, with the option {@code
 * need_weights}, also the weights, (samples, L, S) or, not averaged, (samples, num_heads, L, S).
 *
 * <p>Its parts are children that rules and hooks reach: {@code q_proj}, {@code k_proj} and {@code
 * v_proj}, which read rows of this layer's parameters and have none of their own, {@code attention}
 * (a {@link ScaledDotProductAttention}) and {@code out_proj}. Where nothing is put on the
 * projections and queries, keys and values are one tensor, one product makes all three.
 */
public final class MultiheadAttention extends ComposedLayer {

  public MultiheadAttention(long embed_dim, long num_heads) {
    this(new MultiheadAttentionOptions(embed_dim, num_heads));
  }

  public MultiheadAttention(MultiheadAttentionOptions options) {
    super("MultiheadAttention", Objects.requireNonNull(options, "options is null").arguments);
  }

  @Override
  protected boolean forward_gives_first() {
    return true;
  }

  MultiheadAttention(Handle handle) {
    super(handle);
  }
}
