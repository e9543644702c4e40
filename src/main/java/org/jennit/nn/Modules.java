package org.jennit.nn;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.StringVector;
import org.jennit.internal.Boundary;
import org.jennit.internal.Graphs;
import org.jennit.internal.Tree;

/** Native trees that were not built in Java. */
public final class Modules {
  private Modules() {}

  /**
   * Java objects for a native tree, one for each node, also where a node stands under several
   * names: layers and containers as their own classes, nodes that execute a graph as {@link
   * GraphModule}.
   *
   * @param node a node of Jennit's; the answer owns it
   */
  public static Module adopt(org.bytedeco.pytorch.Module node) {
    Objects.requireNonNull(node, "node is null");
    return adopt(node, new HashMap<>());
  }

  private static Module adopt(org.bytedeco.pytorch.Module node, Map<Long, Module> adopted) {
    Module known = adopted.get(node.address());
    if (known != null) {
      node.close();
      return known;
    }
    Handle handle = new Handle(node);
    boolean executes = Boundary.call(() -> Graphs.is_graph_module(node));
    Module module =
        executes
            ? new GraphModule(handle)
            : LayerTypes.adopt(Boundary.call(() -> Tree.type_name(node)), handle);
    adopted.put(node.address(), module);
    adopt_children(module, adopted);
    return module;
  }

  /** Java objects for the children that a native node was made with. */
  static void adopt_children(Module module) {
    adopt_children(module, new HashMap<>());
  }

  private static void adopt_children(Module module, Map<Long, Module> adopted) {
    org.bytedeco.pytorch.Module node = module.module();
    try (StringVector names = Boundary.call(() -> Tree.child_names(node))) {
      for (long i = 0; i < names.size(); i++) {
        String name = names.get(i).getString();
        module.adopt_child(name, adopt(Boundary.call(() -> Tree.child(node, name)), adopted));
      }
    }
  }
}
