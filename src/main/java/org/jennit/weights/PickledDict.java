package org.jennit.weights;

import java.util.LinkedHashMap;
import java.util.Map;

/** A dict of a pickle, and the attributes that Python set on it (a state_dict's versions). */
final class PickledDict extends LinkedHashMap<Object, Object> {
  private static final long serialVersionUID = 1L;

  private transient Map<?, ?> attributes = Map.of();

  /** By name; empty unless {@link #setAttributes} was called. */
  Map<?, ?> attributes() {
    return attributes;
  }

  void setAttributes(Map<?, ?> attributes) {
    this.attributes = attributes;
  }
}
