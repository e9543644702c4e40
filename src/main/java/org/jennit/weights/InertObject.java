package org.jennit.weights;

/**
 * What a pickle would have built by a class or function of Python that nothing here knows: its name
 * and what it was given, read and never run.
 */
final class InertObject {
  /** The class or function, with its module. */
  final String type;

  final Object[] arguments;

  /** What the pickle hands to the object's {@code __setstate__}; null if nothing. */
  Object state;

  /** Whether the pickle finished it: by a state, be it None, or by a call that needs none. */
  boolean isBuilt;

  /** The items of a class that extends dict; empty for others. */
  final PickledDict items = new PickledDict();

  InertObject(String type, Object[] arguments) {
    this.type = type;
    this.arguments = arguments;
  }

  /** Whether it is a tensor of a kind that is not read: sparse, quantised, nested and so on. */
  boolean isTensor() {
    return type.startsWith("torch._utils._rebuild_") || type.startsWith("torch._tensor._rebuild_");
  }
}
