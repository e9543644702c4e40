package org.jennit.canonizers;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jennit.core.Canonizer;
import org.jennit.core.RemovableHandleList;
import org.jennit.nn.Module;

/** Several canonizers, applied in order. */
public class CompositeCanonizer extends Canonizer {
  private final List<Canonizer> canonizers;

  /**
   * @param canonizers each applied to what the one before has left
   */
  public CompositeCanonizer(List<? extends Canonizer> canonizers) {
    Objects.requireNonNull(canonizers, "canonizers is null");
    this.canonizers = List.copyOf(canonizers);
  }

  @Override
  public List<Canonizer> apply(Module root) {
    Objects.requireNonNull(root, "root is null");
    List<Canonizer> applied = new ArrayList<>();
    try {
      for (Canonizer canonizer : canonizers) {
        applied.addAll(canonizer.apply(root));
      }
    } catch (Throwable e) {
      undo(applied, e);
      throw e;
    }
    return applied;
  }

  /** Removes what was applied before {@code reason}, the last first; one that fails keeps none. */
  static void undo(List<? extends Canonizer> applied, Throwable reason) {
    RemovableHandleList handles = new RemovableHandleList();
    applied.forEach(canonizer -> handles.add(canonizer::remove));
    try {
      handles.remove();
    } catch (RuntimeException undoing) {
      reason.addSuppressed(undoing);
    }
  }

  /** Does nothing: the applied canonizers are removed one by one. */
  @Override
  public void remove() {}

  @Override
  public CompositeCanonizer copy() {
    return new CompositeCanonizer(canonizers.stream().map(Canonizer::copy).toList());
  }
}
