package org.jennit.rules;

import java.util.Locale;
import java.util.Objects;
import org.jennit.core.NativeHook;
import org.jennit.core.Stabilizer;

/**
 * Relevance of query, key and value through {@code softmax(Q K' scale + mask) V} as one, with the
 * weights p made once more (Achtibat et al. 2024, "AttnLRP", arXiv:2402.05602, propositions 3.1 and
 * 3.3). With d(v) for v stabilized, {@code S = Q K'} and {@code N = R / d(2 O)}:
 *
 * <pre>
 * R_V = V * (p' N)
 * M   = p * (N V' - sum(p * (N V'))) * scale * S / d(2 S)
 * R_Q = Q * (M K)        R_K = K * (M' Q)
 * </pre>
 *
 * <p>The scale is a constant factor. A mask of numbers shares relevance with the scores that it is
 * added to, {@code s R / d(s + mask)}; where a mask forbids, p is zero and nothing arrives. Where
 * queries or values are constant, 2 is 1. With {@link AttentionWeights#CONSTANT}, {@code R_V = V *
 * (p' (R / d(O)))} alone.
 *
 * <p>The same as {@link MatMulEpsilon}, {@link SoftmaxTaylor} or {@link Zero}, and {@link Norm} on
 * the parts that {@link org.jennit.canonizers.UnfuseAttention} shows, at the cost of the gradient's
 * own products. For {@link org.jennit.types.Attention} layers of {@code org.jennit.nn}; while its
 * dropout is active, the rule refuses.
 */
public final class AttentionEpsilon extends NativeHook {

  /** Epsilon 1e-6, relevance to queries and keys. */
  public AttentionEpsilon() {
    this(new Stabilizer(), AttentionWeights.TAYLOR);
  }

  public AttentionEpsilon(Stabilizer epsilon, AttentionWeights weights) {
    super(
        "AttentionEpsilon",
        stabilized("epsilon", epsilon)
            .put(
                "weights",
                Objects.requireNonNull(weights, "weights is null")
                    .name()
                    .toLowerCase(Locale.ROOT)));
  }
}
