package org.jennit.nn;

/** A module with children and no parameters of its own. */
abstract class Container extends Layer {
  Container(String type) {
    super(type, new Arguments());
  }

  Container(Handle handle) {
    super(handle);
  }

  final void registerAll(Module... modules) {
    int next = named_children().size();
    for (Module module : modules) {
      register_module(Integer.toString(next++), module);
    }
  }
}
