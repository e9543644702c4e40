package org.jennit.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jennit.nn.Module;

/**
 * Gives a model rules and reshapes it, for as long as it is registered: applies its canonizers,
 * then asks its module map for a rule for each module.
 *
 * <p>{@link #context} changes the model for all who call it, until it is closed; {@link
 * #call_context}, which attributors use, for the calls of its owner alone. What they changed is
 * undone when they are closed, whatever happened in between. One composite may be open on several
 * models at once, but on each model only once for all. Thread-safe.
 *
 * <p>Where two composites give one module a rule, the one that was registered last hands its
 * relevance down, and the other is not asked (Zennit: the first).
 */
public class Composite {
  private final ModuleMap module_map;
  private final List<Canonizer> canonizers;
  private final Map<Module, CompositeContext> open =
      Collections.synchronizedMap(new IdentityHashMap<>());
  private final IdentityHashMap<Module, CallContext.Shared> shared = new IdentityHashMap<>();
  private volatile Coverage coverage = Coverage.WARN;

  /** Canonizers alone: the gradient is what is wanted, and {@link Coverage#IGNORE} said. */
  public Composite(Collection<? extends Canonizer> canonizers) {
    this((context, name, module) -> null, Objects.requireNonNull(canonizers, "canonizers is null"));
    coverage = Coverage.IGNORE;
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
    this.canonizers = List.copyOf(Objects.requireNonNull(canonizers, "canonizers is null"));
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
   * What to do about layers and operations that are under no rule; {@link Coverage#WARN} unless the
   * composite is one of gradients.
   */
  public final Coverage coverage() {
    return coverage;
  }

  /**
   * Sets {@link #coverage()} for the registrations to come.
   *
   * @return this composite; a subclass answers its own type
   */
  public Composite coverage(Coverage coverage) {
    this.coverage = Objects.requireNonNull(coverage, "coverage is null");
    return this;
  }

  /**
   * The paths of modules that this composite names: those that a model does not have are told of
   * when it is registered. None unless overridden.
   */
  protected Collection<String> names() {
    return List.of();
  }

  /** All names of several composites, for one that is made of them. */
  protected static Collection<String> names_of(Collection<? extends Composite> composites) {
    return composites.stream().flatMap(composite -> composite.names().stream()).toList();
  }

  /**
   * Reshapes a model until the answer is closed. Where this throws, the model is as it was.
   *
   * @throws IllegalStateException where this composite is open on the model already
   */
  public final CompositeContext context(Module model) {
    Objects.requireNonNull(model, "model is null");
    synchronized (open) {
      if (open.containsKey(model)) {
        throw new IllegalStateException(
            "this composite is registered on the model already: close that context first");
      }
      // Its place is taken; opening waits for calls that run, and must keep no lock meanwhile.
      open.put(model, null);
    }
    CompositeContext context = null;
    try {
      context = new CompositeContext(model, this);
      CompositeContext opened = context;
      context.whenClosed(() -> open.remove(model, opened));
      return context;
    } finally {
      synchronized (open) {
        if (context == null) {
          open.remove(model);
        } else {
          open.put(model, context);
        }
      }
    }
  }

  /**
   * Reshapes a model for the calls of the answer's owner alone, until it is closed.
   *
   * @throws RuntimeException what canonizers and module map throw; the model is as it was
   */
  public final CallContext call_context(Module model) {
    Objects.requireNonNull(model, "model is null").module();
    for (; ; ) {
      CallContext.Shared common;
      synchronized (shared) {
        common = shared.computeIfAbsent(model, this::share);
      }
      CallContext opened = common.open();
      if (opened != null) {
        return opened;
      }
    }
  }

  private CallContext.Shared share(Module model) {
    CallContext.Shared[] made = new CallContext.Shared[1];
    made[0] =
        new CallContext.Shared(
            model,
            this,
            () -> {
              synchronized (shared) {
                shared.remove(model, made[0]);
              }
            });
    return made[0];
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

  /**
   * Undoes all registrations and contexts of this composite. Does nothing where there are none;
   * what attributors registered stays theirs.
   */
  public final void remove() {
    RemovableHandleList all = new RemovableHandleList();
    contexts().forEach(context -> all.add(context::close));
    all.remove();
  }

  /** Whether this composite is registered on the model now, for all who call it. */
  public final boolean is_registered(Module model) {
    return open.get(model) != null;
  }

  /**
   * Lets true gradients pass through all models that this composite is on, in the passes of this
   * thread, until the answer is closed.
   */
  public final Inactive inactive() {
    List<HookScope> scopes = new ArrayList<>();
    contexts().forEach(context -> scopes.add(context.scope()));
    List<CallContext.Shared> common;
    synchronized (shared) {
      common = List.copyOf(shared.values());
    }
    common.stream().map(CallContext.Shared::scope).filter(Objects::nonNull).forEach(scopes::add);
    return new Inactive(scopes);
  }

  private List<CompositeContext> contexts() {
    synchronized (open) {
      return open.values().stream().filter(Objects::nonNull).toList();
    }
  }
}
