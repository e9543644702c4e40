package org.jennit.nn;

/**
 * A module of a file that executes its own graph and calls its children by name, as those of
 * TorchScript do.
 */
public final class GraphModule extends Module {
  GraphModule(Handle handle) {
    super(handle);
  }
}
