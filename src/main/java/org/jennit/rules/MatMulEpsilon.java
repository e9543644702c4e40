package org.jennit.rules;

import java.util.Locale;
import java.util.Objects;
import org.jennit.core.NativeHook;
import org.jennit.core.Stabilizer;

/**
 * Relevance of the operands of a matrix product {@code O = A B} that both depend on the input: with
 * {@code N = R / stabilized(2 O)}, {@code A * (N B')} and {@code B * (A' N)} (Achtibat et al. 2024,
 * "AttnLRP", arXiv:2402.05602, proposition 3.3). Where one operand is constant, or left out by
 * {@link OperandShare}, the other gets all, with {@code N = R / stabilized(O)}. What broadcasts
 * gets the sum. For {@link org.jennit.nn.MatMul}.
 */
public final class MatMulEpsilon extends NativeHook {

  /** Epsilon 1e-6, to both operands. */
  public MatMulEpsilon() {
    this(new Stabilizer(), OperandShare.UNIFORM);
  }

  public MatMulEpsilon(Stabilizer epsilon, OperandShare share) {
    super(
        "MatMulEpsilon",
        stabilized("epsilon", epsilon)
            .put(
                "share",
                Objects.requireNonNull(share, "share is null").name().toLowerCase(Locale.ROOT)));
  }
}
