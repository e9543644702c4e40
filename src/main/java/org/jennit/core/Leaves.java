package org.jennit.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jennit.nn.Module;

/** The modules at the ends of a tree. */
public final class Leaves {
  private Leaves() {}

  /**
   * The modules without children, depth first and in order; {@code module} itself where it has
   * none. A module that stands twice is answered twice, as Zennit does.
   */
  public static List<Module> collect_leaves(Module module) {
    Objects.requireNonNull(module, "module is null");
    List<Module> leaves = new ArrayList<>();
    collect(module, leaves);
    return List.copyOf(leaves);
  }

  private static void collect(Module module, List<Module> leaves) {
    List<Module> children = module.children();
    if (children.isEmpty()) {
      leaves.add(module);
    }
    children.forEach(child -> collect(child, leaves));
  }
}
