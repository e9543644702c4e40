package org.jennit.nn;

import java.util.Map;

/** Prints a tree as Python's torch does. */
final class ModulePrinter {
  private ModulePrinter() {}

  static String print(Module module) {
    String extra = module.extra_repr();
    Map<String, Module> children = module.named_children();
    if (children.isEmpty()) {
      return module.type_name() + "(" + extra + ")";
    }
    StringBuilder text = new StringBuilder(module.type_name()).append("(\n");
    if (!extra.isEmpty()) {
      text.append("  ").append(extra).append('\n');
    }
    children.forEach(
        (name, child) ->
            text.append("  (")
                .append(name)
                .append("): ")
                .append(print(child).replace("\n", "\n  "))
                .append('\n'));
    return text.append(')').toString();
  }
}
