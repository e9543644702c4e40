package org.jennit.nn;

import java.util.Map;

/** Children by name. It has no forward of its own. */
public class ModuleDict extends Container {
  public ModuleDict(Map<String, ? extends Module> modules) {
    super("ModuleDict");
    modules.forEach(this::register_module);
  }

  ModuleDict(Handle handle) {
    super(handle);
  }

  /** The child of that name. Throws IllegalArgumentException where there is none. */
  public Module get(String name) {
    return get_submodule(name);
  }
}
