package org.jennit.canonizers;

import org.jennit.nn.ExplicitAttention;
import org.jennit.nn.Layer;
import org.jennit.nn.Module;
import org.jennit.types.Attention;

/**
 * Puts {@link ExplicitAttention} in the place of every attention of {@code org.jennit.nn}, by name,
 * so that rules of one's own reach the products and the softmax. Under {@link
 * org.jennit.composites.AttnLRP} and {@link org.jennit.composites.CPLRP} relevance is the same as
 * without it, where {@link org.jennit.rules.AttentionEpsilon} handles the attention whole, which is
 * much faster.
 *
 * <p>A layer without a parent cannot be swapped: {@link #apply} refuses it. A layer under several
 * names stays one. Modules of the user's own must ask the tree for the layer, by {@code
 * get_submodule}, at every call.
 */
public class UnfuseAttention extends OpenLayers {

  public UnfuseAttention() {
    super("attention");
  }

  @Override
  boolean opens(Module module) {
    return module instanceof Layer && module instanceof Attention;
  }

  @Override
  Module open(Module layer) {
    return ExplicitAttention.of(layer);
  }

  @Override
  public UnfuseAttention copy() {
    return new UnfuseAttention();
  }
}
