package org.jennit.rules;

import org.jennit.core.NativeHook;
import org.jennit.core.Stabilizer;

/**
 * Epsilon through a normalization whose deviation counts as a constant (Achtibat et al. 2024,
 * arXiv:2402.05602, proposition 3.4 with equation 8): with {@code c = R / stabilized(y) * weight /
 * deviation}, {@code x (c - mean(c))}, the mean over what is normalized together. RMSNorm subtracts
 * no mean, and neither do running statistics. A bias stands in the denominator alone. For {@link
 * org.jennit.types.Normalization} layers of {@code org.jennit.nn}; {@link Pass} is the other rule
 * for them.
 */
public final class NormalizationEpsilon extends NativeHook {

  /** Epsilon 1e-6. */
  public NormalizationEpsilon() {
    this(new Stabilizer());
  }

  public NormalizationEpsilon(double epsilon) {
    this(new Stabilizer(epsilon));
  }

  public NormalizationEpsilon(Stabilizer epsilon) {
    super("NormalizationEpsilon", stabilized("epsilon", epsilon));
  }
}
