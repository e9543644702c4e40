package org.jennit.core;

import java.util.function.Supplier;
import org.jennit.internal.Boundary;
import org.jennit.internal.Overlays;
import org.jennit.internal.TreeChange;
import org.jennit.nn.Module;

/** Changes of a tree, which calls of other threads see all or nothing of. */
final class TreeTurn {
  private TreeTurn() {}

  /**
   * Runs {@code change} while no other thread's call runs in the model's tree.
   *
   * @throws org.jennit.JennitException where that would wait within a call of this thread
   */
  static <T> T on(Module model, Supplier<T> change) {
    if (model.is_closed()) {
      return change.get();
    }
    try (TreeChange turn = Boundary.call(() -> Overlays.begin_change(model.module()))) {
      return change.get();
    }
  }
}
