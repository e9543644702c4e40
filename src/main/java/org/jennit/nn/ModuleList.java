package org.jennit.nn;

import java.util.Iterator;
import java.util.Objects;

/** A list of children named by their place. It has no forward of its own. */
public class ModuleList extends Container implements Iterable<Module> {
  public ModuleList(Module... modules) {
    super("ModuleList");
    registerAll(Objects.requireNonNull(modules, "modules is null"));
  }

  ModuleList(Handle handle) {
    super(handle);
  }

  /** Adds a child after the others and answers this list. */
  public ModuleList append(Module module) {
    Objects.requireNonNull(module, "module is null");
    registerAll(module);
    return this;
  }

  /** The child at a place. Throws IndexOutOfBoundsException where there is none. */
  public Module get(int index) {
    return children().get(index);
  }

  /** How many children there are. */
  public int size() {
    return children().size();
  }

  @Override
  public Iterator<Module> iterator() {
    return children().iterator();
  }
}
