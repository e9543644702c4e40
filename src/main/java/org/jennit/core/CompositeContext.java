package org.jennit.core;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jennit.nn.Module;

/**
 * One model as a composite has reshaped it: canonizers applied, rules registered. Every call of the
 * model sees it, from any thread. {@link #close} takes everything back in reverse order, and may be
 * called again.
 *
 * <p>Opening and closing wait until no other thread's call runs in the model. Contexts nest in one
 * thread; another thread's on the same modules is refused while this one is open.
 */
public final class CompositeContext implements AutoCloseable {
  private final Module model;
  private final OpenContexts.Place place;
  private final Application application;
  private Runnable whenClosed = () -> {};

  CompositeContext(Module model, Composite composite) {
    this.model = Objects.requireNonNull(model, "model is null");
    place = OpenContexts.open(model);
    try {
      application = TreeTurn.on(model, () -> new Application(model, composite));
    } catch (Throwable e) {
      place.close();
      throw e;
    }
  }

  /** The model that this context reshaped. */
  public Module model() {
    return model;
  }

  /** The rule of each module that got one, by path. */
  public Map<String, Hook> rules() {
    return application.rules();
  }

  /**
   * Lets true gradients pass in the passes of this thread until the result is closed; the
   * canonizers stay applied.
   */
  public Inactive inactive() {
    return new Inactive(List.of(application.scope()));
  }

  /**
   * Makes a relevance that is not finite an error that names the module where it first appeared.
   */
  public void check_finite(boolean check) {
    application.scope().checkFinite(check);
  }

  HookScope scope() {
    return application.scope();
  }

  void whenClosed(Runnable action) {
    whenClosed = action;
  }

  @Override
  public void close() {
    try {
      TreeTurn.on(
          model,
          () -> {
            application.remove();
            return null;
          });
    } finally {
      place.close();
      whenClosed.run();
    }
  }
}
