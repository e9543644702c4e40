package org.jennit.nn;

import java.util.Objects;
import org.jennit.types.Attention;

/**
 * {@code softmax(query key' scale + mask) value}, torch's function of that name as a layer.
 *
 * <p>Inputs, in this order:
 *
 * <ul>
 *   <li>the queries, (..., L, E), the keys, (..., S, E), and the values, (..., S, V), with as many
 *       heads (dimension -3), or with enable_gqa fewer of keys and values;
 *   <li>the mask, or nothing: it broadcasts to (..., L, S); of bool, where true lets a query see a
 *       key, or of floating point, to be added.
 * </ul>
 *
 * <p>Output: (..., L, V). A query that sees no key gets zeros. {@link
 * org.jennit.rules.AttentionEpsilon} is its rule; {@link org.jennit.canonizers.UnfuseAttention}
 * opens it.
 */
public final class ScaledDotProductAttention extends Layer implements Attention {

  /** No dropout, not causal, the scale 1 / sqrt(E), as many heads of keys as of queries. */
  public ScaledDotProductAttention() {
    super("ScaledDotProductAttention", new Arguments());
  }

  public ScaledDotProductAttention(ScaledDotProductAttentionOptions options) {
    super(
        "ScaledDotProductAttention", Objects.requireNonNull(options, "options is null").arguments);
  }

  ScaledDotProductAttention(Handle handle) {
    super(handle);
  }
}
