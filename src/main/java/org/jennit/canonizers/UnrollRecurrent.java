package org.jennit.canonizers;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jennit.JennitException;
import org.jennit.core.Canonizer;
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
public class UnrollRecurrent extends Canonizer {
  private Module parent;
  private String name;
  private Module original;
  private Module unrolled;

  @Override
  public List<Canonizer> apply(Module root) {
    if (root instanceof Layer && root instanceof Recurrent) {
      throw new JennitException(
          "the root is the recurrent layer itself, which has no parent and cannot be swapped: wrap"
              + " it in a Sequential");
    }
    List<Canonizer> applied = new ArrayList<>();
    IdentityHashMap<Module, Module> known = new IdentityHashMap<>();
    try {
      for (Module parent : root.modules()) {
        parent
            .named_children()
            .forEach(
                (name, child) -> {
                  if (child instanceof Layer && child instanceof Recurrent) {
                    UnrollRecurrent canonizer = copy();
                    canonizer.register(parent, name, known.computeIfAbsent(child, Unrolled::of));
                    applied.add(canonizer);
                  }
                });
      }
    } catch (Throwable e) {
      CompositeCanonizer.undo(applied, e);
      throw e;
    }
    return applied;
  }

  private void register(Module parent, String name, Module unrolled) {
    this.parent = parent;
    this.name = name;
    this.unrolled = unrolled;
    original = parent.replace_module(name, unrolled);
  }

  @Override
  public void remove() {
    if (!parent.is_closed()) {
      parent.replace_module(name, original);
    }
    unrolled.close();
  }

  @Override
  public UnrollRecurrent copy() {
    return new UnrollRecurrent();
  }
}
