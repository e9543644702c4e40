package org.jennit.rules;

import java.util.Locale;
import java.util.Objects;
import org.jennit.core.NativeHook;
import org.jennit.nn.Arguments;

/**
 * Relevance of the factors of a product, element by element: {@code R / 2} each where both depend
 * on the input (Achtibat et al. 2024, arXiv:2402.05602, proposition 3.2), {@code R} where the other
 * is constant or left out by {@link OperandShare}. What broadcasts gets the sum. For {@link
 * org.jennit.nn.Mul}.
 */
public final class MulShare extends NativeHook {

  /** To both factors. */
  public MulShare() {
    this(OperandShare.UNIFORM);
  }

  public MulShare(OperandShare share) {
    super(
        "MulShare",
        new Arguments()
            .put(
                "share",
                Objects.requireNonNull(share, "share is null").name().toLowerCase(Locale.ROOT)));
  }
}
