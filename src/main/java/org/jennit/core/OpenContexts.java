package org.jennit.core;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jennit.nn.Module;

/**
 * Which modules stand in an open context, and of which thread: two threads that reshaped one model
 * would mix their rules. Thread-safe.
 */
final class OpenContexts {
  private static final List<WeakReference<Place>> PLACES = new ArrayList<>();

  private OpenContexts() {}

  /** One open context, until it is closed or collected. */
  static final class Place implements AutoCloseable {
    private final Thread thread = Thread.currentThread();
    private final Set<Module> modules = Collections.newSetFromMap(new IdentityHashMap<>());

    private Place(Module model) {
      modules.addAll(model.modules());
    }

    @Override
    public void close() {
      synchronized (PLACES) {
        PLACES.removeIf(reference -> reference.get() == null || reference.get() == this);
      }
    }
  }

  /**
   * Notes a context of the running thread on a model.
   *
   * @throws IllegalStateException where another thread has one on modules of this model
   */
  static Place open(Module model) {
    Place opened = new Place(model);
    synchronized (PLACES) {
      for (WeakReference<Place> reference : PLACES) {
        Place other = reference.get();
        if (other != null
            && other.thread != opened.thread
            && other.thread.isAlive()
            && !Collections.disjoint(other.modules, opened.modules)) {
          throw new IllegalStateException(
              "the thread '"
                  + other.thread.getName()
                  + "' has a composite registered on modules of this model: close its context first,"
                  + " or use an attributor (or composite.call_context), whose rules belong to its own"
                  + " calls");
        }
      }
      PLACES.add(new WeakReference<>(opened));
    }
    return opened;
  }
}
