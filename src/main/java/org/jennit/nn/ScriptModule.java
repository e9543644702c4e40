package org.jennit.nn;

/** A module of a TorchScript file that executes its own graph and calls its children by name. */
public final class ScriptModule extends Module {
  ScriptModule(Handle handle) {
    super(handle);
  }
}
