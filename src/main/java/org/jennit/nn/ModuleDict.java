package org.jennit.nn;

import java.util.Map;
import java.util.Objects;

/** Children by name. It has no forward of its own. */
public class ModuleDict extends Container {
  public ModuleDict(Map<String, ? extends Module> modules) {
    super("ModuleDict");
    Objects.requireNonNull(modules, "modules is null").forEach(this::register_module);
  }

  ModuleDict(Handle handle) {
    super(handle);
  }

  /** The child of that name. Throws IllegalArgumentException where there is none. */
  public Module get(String name) {
    Objects.requireNonNull(name, "name is null");
    return get_submodule(name);
  }
}
