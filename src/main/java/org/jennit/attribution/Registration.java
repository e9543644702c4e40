package org.jennit.attribution;

import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.RemovableHandleList;
import org.jennit.nn.Module;

/**
 * A composite and a capture on one model, there from the first of its users to the last.
 * Thread-safe.
 */
final class Registration {
  private final Module model;
  private final Composite composite;
  private final LayerCapture capture;
  private RemovableHandleList handles = new RemovableHandleList();
  private CompositeContext context;
  private int users;

  Registration(Module model, Composite composite, LayerCapture capture) {
    this.model = model;
    this.composite = composite;
    this.capture = capture;
  }

  synchronized void enter() {
    if (users > 0 && composite != null && !composite.is_registered(model)) {
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
   * Runs with the rules of this registration's own context checked; not at all where there is none.
   *
   * @return whether there is one
   */
  synchronized boolean checked(Runnable attribution) {
    if (context == null) {
      return false;
    }
    context.check_finite(true);
    try {
      attribution.run();
    } finally {
      context.check_finite(false);
    }
    return true;
  }

  private void register() {
    if (composite != null && !composite.is_registered(model)) {
      context = composite.context(model);
      handles.add(context::close);
    }
    // After the rules, so that what is captured carries their nodes.
    capture.register(model, handles);
  }

  private void remove() {
    RemovableHandleList all = handles;
    handles = new RemovableHandleList();
    context = null;
    all.remove();
  }
}
