package org.jennit.nn;

/** A native layer that has children. */
abstract class ComposedLayer extends Layer {
  ComposedLayer(String type, Arguments arguments) {
    super(type, arguments);
    Modules.adopt_children(this);
  }

  ComposedLayer(Handle handle) {
    super(handle);
  }
}
