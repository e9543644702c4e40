package org.jennit.nn;

import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jennit.internal.Boundary;
import org.jennit.internal.Tree;

/**
 * What was put on one module from outside, kept reachable for as long as native code may call it.
 * Thread-safe.
 */
final class Attachments {
  // The module holds this, and holds what is kept, which may hold the module.
  private final WeakReference<Module> module;
  private final Map<Long, Object> keptAlive = new ConcurrentHashMap<>();

  /** Takes back what native code knows by {@code id}. */
  record Handle(long id, Runnable removal) implements RemovableHandle {
    @Override
    public void remove() {
      removal.run();
    }
  }

  Attachments(Module module) {
    this.module = new WeakReference<>(module);
  }

  /**
   * Keeps {@code callbacks} for the native attachment {@code id}: with the module, or with the
   * overlay that this thread fills.
   *
   * @return a handle that takes the attachment back
   */
  RemovableHandle keep(long id, Object callbacks) {
    TreeOverlay overlay = TreeOverlay.building();
    if (overlay != null) {
      overlay.keep(callbacks);
      return new Handle(id, () -> overlay.takeBack(() -> remove(id)));
    }
    keptAlive.put(id, callbacks);
    // Weak, so that a handle that someone keeps does not keep the model.
    WeakReference<Attachments> self = new WeakReference<>(this);
    return new Handle(
        id,
        () -> {
          Attachments attachments = self.get();
          if (attachments != null && attachments.keptAlive.remove(id) != null) {
            attachments.remove(id);
          }
        });
  }

  /** Lets go of what is kept for {@code id}; what an overlay keeps stays with it. */
  void forget(long id) {
    if (TreeOverlay.building() == null) {
      keptAlive.remove(id);
    }
  }

  private void remove(long id) {
    Module owner = module.get();
    if (owner != null && !owner.is_closed()) {
      Boundary.run(() -> Tree.remove(owner.module(), id));
    }
  }

  Module owner() {
    Module owner = module.get();
    if (owner == null) {
      throw new IllegalStateException("the module was collected");
    }
    return owner;
  }
}
