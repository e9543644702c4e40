package org.jennit.core;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jennit.nn.Module;

/** The children of every module as they were, to restore when a canonizer gives up half-way. */
final class TreeSnapshot {
  private final Map<Module, Map<String, Module>> children = new LinkedHashMap<>();

  TreeSnapshot(Module root) {
    root.modules().forEach(module -> children.put(module, module.named_children()));
  }

  void restore() {
    children.forEach(TreeSnapshot::restore);
  }

  private static void restore(Module module, Map<String, Module> before) {
    Map<String, Module> now = module.named_children();
    List<String> kept = now.keySet().stream().filter(before::containsKey).toList();
    boolean ordered = kept.equals(List.copyOf(before.keySet()));
    // What was taken out can only be put back in its place together with what stood behind it.
    now.keySet().stream()
        .filter(name -> !ordered || !before.containsKey(name))
        .forEach(module::unregister_module);
    before.forEach(
        (name, child) -> {
          if (!ordered) {
            module.register_module(name, child);
          } else if (now.get(name) != child) {
            module.replace_module(name, child);
          }
        });
  }
}
