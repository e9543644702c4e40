package org.jennit.nn;

import java.util.Map;
import java.util.Objects;

/**
 * Calls its children one after the other, each on the output of the one before. The children are
 * looked up at every call, so that a replaced one takes effect at once.
 */
public class Sequential extends Container {
  /** Children named "0", "1", ... */
  public Sequential(Module... modules) {
    super("Sequential");
    registerAll(Objects.requireNonNull(modules, "modules is null"));
  }

  /** Children by name, in the order of the map. */
  public Sequential(Map<String, ? extends Module> modules) {
    super("Sequential");
    Objects.requireNonNull(modules, "modules is null").forEach(this::register_module);
  }

  Sequential(Handle handle) {
    super(handle);
  }

  /** Adds a child after the others, named by its place. */
  public Sequential append(Module module) {
    Objects.requireNonNull(module, "module is null");
    registerAll(module);
    return this;
  }
}
