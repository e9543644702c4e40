package org.jennit.canonizers;

import java.util.ArrayList;
import java.util.List;
import org.jennit.core.Canonizer;
import org.jennit.nn.Module;

/** Several canonizers, applied in order. */
public class CompositeCanonizer extends Canonizer {
  private final List<Canonizer> canonizers;

  /**
   * @param canonizers each applied to what the one before has left
   */
  public CompositeCanonizer(List<? extends Canonizer> canonizers) {
    this.canonizers = List.copyOf(canonizers);
  }

  @Override
  public List<Canonizer> apply(Module root) {
    List<Canonizer> applied = new ArrayList<>();
    try {
      for (Canonizer canonizer : canonizers) {
        applied.addAll(canonizer.apply(root));
      }
    } catch (Throwable e) {
      for (int i = applied.size() - 1; i >= 0; i--) {
        applied.get(i).remove();
      }
      throw e;
    }
    return applied;
  }

  /** Does nothing: the applied canonizers are removed one by one. */
  @Override
  public void remove() {}

  @Override
  public CompositeCanonizer copy() {
    return new CompositeCanonizer(canonizers.stream().map(Canonizer::copy).toList());
  }
}
