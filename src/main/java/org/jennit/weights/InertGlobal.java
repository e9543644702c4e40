package org.jennit.weights;

import java.util.Set;

/**
 * A class or function of Python that a pickle names and nothing here knows: a name, never the thing
 * itself.
 */
record InertGlobal(String name) implements TorchGlobals.Global {
  /**
   * Functions of Python that give an object (a member, an array) of the class that is their first
   * argument.
   */
  private static final Set<String> MAKERS =
      Set.of(
          "copyreg._reconstructor",
          "copy_reg._reconstructor",
          "copyreg.__newobj__",
          "copyreg.__newobj_ex__",
          "builtins.getattr",
          "__builtin__.getattr",
          "numpy.core.multiarray._reconstruct",
          "numpy._core.multiarray._reconstruct");

  @Override
  public Object arrange(Object[] arguments) {
    if (MAKERS.contains(name) && arguments.length > 0 && arguments[0] instanceof InertGlobal type) {
      return new InertObject(type.name(), arguments);
    }
    return new InertObject(name, arguments);
  }
}
