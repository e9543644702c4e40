package org.jennit.attribution;

import java.util.function.Supplier;
import org.jennit.core.CallContext;
import org.jennit.core.Composite;
import org.jennit.core.Inactive;
import org.jennit.core.RemovableHandleList;
import org.jennit.nn.Module;
import org.jennit.nn.TreeOverlay;

/**
 * A composite and a capture for the calls of one attributor, there from the first of its users to
 * the last. A composite that is registered on the model for all is used as it is. Thread-safe.
 */
final class Registration {
  private final Module model;
  private final Composite composite;
  private final LayerCapture capture;
  private final RemovableHandleList handles = new RemovableHandleList();
  private CallContext context;
  private TreeOverlay overlay;
  private int users;

  Registration(Module model, Composite composite, LayerCapture capture) {
    this.model = model;
    this.composite = composite;
    this.capture = capture;
  }

  synchronized void enter() {
    if (users > 0 && context == null && composite != null && !composite.is_registered(model)) {
      throw new IllegalStateException(
          "the composite was taken off the model while an attributor was open on it: close the"
              + " attributor and open it again");
    }
    if (users == 0) {
      try {
        register();
      } catch (Throwable e) {
        remove();
        throw e;
      }
    }
    users++;
  }

  synchronized void leave() {
    if (--users == 0) {
      remove();
    }
  }

  /**
   * Runs {@code work}, whose calls see what is registered here and nothing of other attributors.
   */
  <T> T see(Supplier<T> work) {
    TreeOverlay seen = overlay();
    return seen == null ? TreeOverlay.outside(work) : seen.see(work);
  }

  /**
   * As {@link #see}, with the rules of this registration checked for relevance that is not finite;
   * not at all where the composite is not of this registration.
   *
   * @return whether it is
   */
  boolean checked(Runnable attribution) {
    synchronized (this) {
      if (context == null) {
        return false;
      }
    }
    overlay()
        .see(
            () -> {
              attribution.run();
              return null;
            },
            true);
    return true;
  }

  /**
   * Lets true gradients pass in the passes of this thread.
   *
   * @throws IllegalStateException where the composite is not registered
   */
  synchronized Inactive inactive() {
    if (context == null && !composite.is_registered(model)) {
      throw new IllegalStateException(
          "the composite is not registered on the model: open() the attributor first");
    }
    return context == null ? composite.inactive() : context.inactive();
  }

  private synchronized TreeOverlay overlay() {
    return overlay;
  }

  private void register() {
    if (composite != null && !composite.is_registered(model)) {
      context = composite.call_context(model);
      handles.add(context::close);
      overlay = context.overlay();
    }
    if (capture.isEmpty()) {
      return;
    }
    TreeOverlay extended = overlay == null ? new TreeOverlay() : new TreeOverlay(overlay);
    handles.add(extended::close);
    overlay = extended;
    // After the rules, so that what is captured carries their nodes.
    extended.change(() -> capture.register(model));
  }

  private void remove() {
    context = null;
    overlay = null;
    handles.remove();
  }
}
