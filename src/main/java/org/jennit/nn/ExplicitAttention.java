package org.jennit.nn;

import java.util.Objects;
import org.jennit.internal.Boundary;
import org.jennit.internal.Tree;

/**
 * A {@link ScaledDotProductAttention}, opened: it takes and gives what the layer does, and computes
 * it by children, so that rules and hooks reach them. In their order: {@code scores} (a {@link
 * MatMul} of queries and transposed keys), {@code scale} (a {@link Mul} by a constant), {@code
 * mask} (an {@link Add}, called where a mask is added), {@code softmax}, {@code dropout} where
 * there is some, and {@code output} (a {@link MatMul} of weights and values). {@link
 * org.jennit.canonizers.UnfuseAttention} opens the attentions of a model for the time of an
 * attribution.
 */
public final class ExplicitAttention extends ComposedLayer {

  ExplicitAttention(Handle handle) {
    super(handle);
  }

  /**
   * Opens an attention, which stays as it is.
   *
   * @throws org.jennit.JennitException for a module that is no attention
   */
  public static ExplicitAttention of(Module attention) {
    Objects.requireNonNull(attention, "attention is null");
    return (ExplicitAttention)
        Modules.adopt(Boundary.call(() -> Tree.explicit_attention(attention.module())));
  }
}
