package org.jennit.demo;

import java.util.ArrayList;
import java.util.List;
import org.jennit.core.Canonizer;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Softplus;

/**
 * Swaps every ReLU for a Softplus, by name, while an attribution runs: explanations with a ReLU
 * network are piecewise constant and cannot be differentiated a second time, those with a Softplus
 * network can (Dombrowski et al. 2019).
 */
public final class SoftplusCanonizer extends Canonizer {
  private final double beta;
  private Module parent;
  private Module original;
  private String name;

  /**
   * @param beta of the Softplus: the larger, the closer to ReLU
   */
  public SoftplusCanonizer(double beta) {
    this.beta = beta;
  }

  @Override
  public List<Canonizer> apply(Module root) {
    List<Canonizer> applied = new ArrayList<>();
    for (Module parent : root.modules()) {
      parent
          .named_children()
          .forEach(
              (name, child) -> {
                if (child instanceof ReLU) {
                  SoftplusCanonizer canonizer = copy();
                  canonizer.register(parent, name, child);
                  applied.add(canonizer);
                }
              });
    }
    return applied;
  }

  private void register(Module parent, String name, Module child) {
    this.parent = parent;
    this.name = name;
    this.original = child;
    parent.replace_module(name, new Softplus(beta));
  }

  @Override
  public void remove() {
    parent.replace_module(name, original).close();
  }

  @Override
  public SoftplusCanonizer copy() {
    return new SoftplusCanonizer(beta);
  }
}
