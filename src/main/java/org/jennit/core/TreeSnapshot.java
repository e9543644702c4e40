package org.jennit.core;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jennit.nn.Module;

/** The children of every module as they were, to restore when a canonizer gives up half-way. */
final class TreeSnapshot {
  private final Map<Module, Map<String, Module>> children = new LinkedHashMap<>();

  TreeSnapshot(Module root) {
    root.modules().forEach(module -> children.put(module, module.named_children()));
  }

  void restore() {
    children.forEach(
        (module, before) -> {
          Map<String, Module> now = module.named_children();
          now.keySet().stream()
              .filter(name -> !before.containsKey(name))
              .forEach(module::unregister_module);
          before.forEach(
              (name, child) -> {
                if (now.containsKey(name) && now.get(name) != child) {
                  module.replace_module(name, child);
                }
              });
        });
  }
}
