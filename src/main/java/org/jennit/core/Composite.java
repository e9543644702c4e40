package org.jennit.core;

import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jennit.nn.Module;

/**
 * Gives a model rules and reshapes it, for as long as it is registered: applies its canonizers,
 * then asks its module map for a rule for each module.
 *
 * <p>{@link #context} is the safe way: what it changed is undone when it is closed, whatever
 * happened in between. One composite may be open on several models at once, but on each model only
 * once. Registration is thread-safe; so are attributions on a registered model.
 */
public class Composite {
  private final ModuleMap module_map;
  private final List<Canonizer> canonizers;
  private final Map<Module, CompositeContext> open =
      Collections.synchronizedMap(new IdentityHashMap<>());
  private volatile Coverage coverage = Coverage.WARN;

  /** Canonizers alone. */
  public Composite(Collection<? extends Canonizer> canonizers) {
    this((context, name, module) -> null, canonizers);
  }

  /** Rules alone. */
  public Composite(ModuleMap module_map) {
    this(module_map, List.of());
  }

  /**
   * Canonizers, then rules.
   *
   * @param canonizers applied in this order before the map is asked
   */
  public Composite(ModuleMap module_map, Collection<? extends Canonizer> canonizers) {
    this.module_map = module_map;
    this.canonizers = List.copyOf(canonizers);
  }

  /** What picks a rule for each module. */
  public final ModuleMap module_map() {
    return module_map;
  }

  /** What reshapes the model first, in this order; unmodifiable. */
  public final List<Canonizer> canonizers() {
    return canonizers;
  }

  /**
   * What to do about modules that get no rule; {@link Coverage#WARN} unless the composite is one of
   * gradients.
   */
  public final Coverage coverage() {
    return coverage;
  }

  /** Sets {@link #coverage()} for the registrations to come and answers this composite. */
  public final Composite coverage(Coverage coverage) {
    this.coverage = coverage;
    return this;
  }

  /**
   * Reshapes a model until the answer is closed. Where this throws, the model is as it was.
   *
   * @throws IllegalStateException where this composite is open on the model already
   */
  public final CompositeContext context(Module model) {
    synchronized (open) {
      if (open.containsKey(model)) {
        throw new IllegalStateException(
            "this composite is registered on the model already: close that context first");
      }
      CompositeContext context = new CompositeContext(model, this);
      open.put(model, context);
      context.whenClosed(() -> open.remove(model, context));
      return context;
    }
  }

  /**
   * As {@link #context}, until {@link #remove}. A registration on the same model that is still
   * there is removed first.
   */
  public final void register(Module model) {
    CompositeContext earlier = open.get(model);
    if (earlier != null) {
      earlier.close();
    }
    context(model);
  }

  /** Undoes all registrations and contexts of this composite. Does nothing where there are none. */
  public final void remove() {
    RemovableHandleList all = new RemovableHandleList();
    contexts().forEach(context -> all.add(context::close));
    all.remove();
  }

  /** Whether this composite is registered on the model now. */
  public final boolean is_registered(Module model) {
    return open.containsKey(model);
  }

  /**
   * Lets true gradients pass through all models that this composite is registered on, until the
   * answer is closed.
   */
  public final Inactive inactive() {
    return new Inactive(contexts().stream().map(CompositeContext::scope).toList());
  }

  private List<CompositeContext> contexts() {
    synchronized (open) {
      return List.copyOf(open.values());
    }
  }
}
