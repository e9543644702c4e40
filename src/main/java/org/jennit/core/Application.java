package org.jennit.core;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jennit.nn.Module;

/**
 * One composite put on one model: canonizers applied, rules registered. Where the running thread
 * fills an overlay all of it goes there; otherwise it goes to the tree.
 */
final class Application {
  private final Map<String, Hook> rules = new LinkedHashMap<>();
  private final RemovableHandleList handles = new RemovableHandleList();
  private final HookScope scope = new HookScope();

  /** Where this throws, the model is as it was. */
  Application(Module model, Composite composite) {
    try {
      canonize(model, composite);
      register(model, composite);
    } catch (Throwable e) {
      try {
        remove();
      } catch (RuntimeException undoing) {
        e.addSuppressed(undoing);
      }
      throw e;
    }
  }

  private void canonize(Module model, Composite composite) {
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

  private void register(Module model, Composite composite) {
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
    handles.add(CoverageGuard.watch(model, modules, rules, composite));
  }

  Map<String, Hook> rules() {
    return Collections.unmodifiableMap(rules);
  }

  HookScope scope() {
    return scope;
  }

  /** Takes all back, the last first. May be called again. */
  void remove() {
    try {
      handles.remove();
    } finally {
      scope.close();
    }
  }
}
