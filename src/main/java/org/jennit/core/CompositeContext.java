package org.jennit.core;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jennit.nn.Module;

/**
 * One model as a composite has reshaped it: canonizers applied, rules registered. {@link #close}
 * takes everything back in reverse order, and may be called again.
 */
public final class CompositeContext implements AutoCloseable {
  private final Module model;
  private final Map<String, Hook> rules = new LinkedHashMap<>();
  private final RemovableHandleList handles = new RemovableHandleList();
  private final HookScope scope = new HookScope();
  private Runnable whenClosed = () -> {};

  CompositeContext(Module model, Composite composite) {
    this.model = Objects.requireNonNull(model, "model");
    try {
      canonize(composite);
      register(composite);
    } catch (Throwable e) {
      try {
        handles.remove();
      } catch (RuntimeException undoing) {
        e.addSuppressed(undoing);
      }
      scope.close();
      throw e;
    }
  }

  private void canonize(Composite composite) {
    for (Canonizer canonizer : composite.canonizers()) {
      TreeSnapshot before = new TreeSnapshot(model);
      try {
        canonizer.apply(model).forEach(applied -> handles.add(applied::remove));
      } catch (Throwable e) {
        before.restore();
        throw e;
      }
    }
  }

  private void register(Composite composite) {
    Map<Object, Object> context = new LinkedHashMap<>();
    Map<String, Module> modules = model.named_modules();
    modules.forEach(
        (name, module) -> {
          Hook template = composite.module_map().apply(context, name, module);
          if (template != null) {
            Hook hook = template.copy();
            handles.add(hook.register(module, name, scope));
            rules.put(name, hook);
          }
        });
    CoverageGuard.check(modules, rules, composite.coverage());
  }

  /** The model that this context reshaped. */
  public Module model() {
    return model;
  }

  /** The rule of each module that got one, by path. */
  public Map<String, Hook> rules() {
    return Collections.unmodifiableMap(rules);
  }

  /** Lets true gradients pass until the result is closed; the canonizers stay applied. */
  public Inactive inactive() {
    return new Inactive(java.util.List.of(scope));
  }

  /**
   * Makes a relevance that is not finite an error that names the module where it first appeared.
   */
  public void check_finite(boolean check) {
    scope.checkFinite(check);
  }

  HookScope scope() {
    return scope;
  }

  void whenClosed(Runnable action) {
    whenClosed = action;
  }

  @Override
  public void close() {
    try {
      handles.remove();
    } finally {
      scope.close();
      whenClosed.run();
    }
  }
}
