package org.jennit.nn;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The modules of a tree by their paths. */
final class Submodules {
  private Submodules() {}

  /** The root under "" and all below it, depth first; a module that stands twice is named once. */
  static Map<String, Module> named(Module root) {
    Map<String, Module> named = new LinkedHashMap<>();
    collect("", root, named, Collections.newSetFromMap(new IdentityHashMap<>()));
    return named;
  }

  private static void collect(
      String path, Module module, Map<String, Module> named, Set<Module> seen) {
    if (seen.add(module)) {
      named.put(path, module);
      module
          .seenChildren()
          .forEach(
              (name, child) ->
                  collect(path.isEmpty() ? name : path + "." + name, child, named, seen));
    }
  }

  /**
   * Follows a path such as "features.3".
   *
   * @throws IllegalArgumentException naming the first part that is not there
   */
  static Module find(Module root, String path) {
    Module found = root;
    for (String name : path.isEmpty() ? new String[0] : path.split("\\.", -1)) {
      Module next = found.seenChildren().get(name);
      if (next == null) {
        throw new IllegalArgumentException(
            "there is no module '"
                + path
                + "': "
                + found.getClass().getSimpleName()
                + " has no child '"
                + name
                + "', its children are "
                + found.seenChildren().keySet());
      }
      found = next;
    }
    return found;
  }
}
