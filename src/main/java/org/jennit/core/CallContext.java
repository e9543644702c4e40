package org.jennit.core;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jennit.nn.Module;
import org.jennit.nn.TreeOverlay;

/**
 * A composite on a model for the calls of its owner alone: the calls that {@link #run}'s work makes
 * see the canonizers and the rules, all others see the model as it is. Any number of threads may
 * have one on the same model at once, each with its own composite; contexts of one composite on one
 * model share what they registered.
 *
 * <p>Thread-safe. Closing twice does nothing; what still runs goes on as it began.
 */
public final class CallContext implements AutoCloseable {
  private final Shared shared;
  private boolean closed;

  private CallContext(Shared shared) {
    this.shared = shared;
  }

  /** What all call contexts of one composite on one model have in common, while there is one. */
  static final class Shared {
    private final Module model;
    private final Composite composite;
    private final Runnable whenUnused;
    private TreeOverlay overlay;
    private Application application;
    private int users;

    Shared(Module model, Composite composite, Runnable whenUnused) {
      this.model = model;
      this.composite = composite;
      this.whenUnused = whenUnused;
    }

    /** Another context; null where the last one was closed just now. */
    synchronized CallContext open() {
      if (application == null && users < 0) {
        return null;
      }
      if (application == null) {
        TreeOverlay filled = new TreeOverlay();
        try {
          filled.change(() -> application = new Application(model, composite));
        } catch (Throwable e) {
          filled.close();
          retire();
          throw e;
        }
        overlay = filled;
      }
      users++;
      return new CallContext(this);
    }

    synchronized HookScope scope() {
      return application == null ? null : application.scope();
    }

    private synchronized void leave() {
      if (--users > 0) {
        return;
      }
      Application last = application;
      retire();
      // Canonizers undo what they did: on a copy, since graphs may hold the overlay.
      try (TreeOverlay left = overlay;
          TreeOverlay undone = new TreeOverlay(left)) {
        undone.change(last::remove);
      }
    }

    private void retire() {
      application = null;
      users = -1;
      whenUnused.run();
    }
  }

  /** Runs {@code work}, whose calls and passes see the composite. */
  public <T> T run(Supplier<T> work) {
    return overlay().see(work);
  }

  /** What the calls see, to be used or extended while this context is open. */
  public TreeOverlay overlay() {
    return shared.overlay;
  }

  /** The model. */
  public Module model() {
    return shared.model;
  }

  /** The rule of each module that got one, by path. */
  public Map<String, Hook> rules() {
    return shared.application.rules();
  }

  /** Lets true gradients pass in the passes of this thread until the answer is closed. */
  public Inactive inactive() {
    return new Inactive(List.of(shared.application.scope()));
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    shared.leave();
  }
}
