package org.jennit.canonizers;

import org.jennit.nn.Layer;
import org.jennit.nn.Module;
import org.jennit.nn.Unrolled;
import org.jennit.types.Recurrent;

/**
 * Puts {@link Unrolled} in the place of every recurrent layer and cell of {@code org.jennit.nn}, by
 * name, so that rules of one's own reach the parts of every step. Under Epsilon for the linear
 * maps, Norm for the sums and Pass for activations and gates, all with one epsilon, relevance is
 * that of {@link org.jennit.rules.RecurrentEpsilon} on the layer itself, which is much faster.
 *
 * <p>A layer without a parent cannot be swapped: {@link #apply} refuses it. A layer under several
 * names stays one. Modules of the user's own must ask the tree for the layer, by {@code
 * get_submodule}, at every call.
 */
public class UnrollRecurrent extends OpenLayers {

  public UnrollRecurrent() {
    super("recurrent layer");
  }

  @Override
  boolean opens(Module module) {
    return module instanceof Layer && module instanceof Recurrent;
  }

  @Override
  Module open(Module layer) {
    return Unrolled.of(layer);
  }

  @Override
  public UnrollRecurrent copy() {
    return new UnrollRecurrent();
  }
}
