package org.jennit.weights;

import java.util.Collection;
import java.util.Map;

/** Says in a few words what a value of a pickle is. */
final class Description {
  private static final int MAX_TEXT = 40;

  private Description() {}

  static String of(Object value) {
    if (value == null) {
      return "None";
    }
    if (value instanceof PickledTensor) {
      return "a tensor";
    }
    if (value instanceof InertObject object) {
      return object.isTensor()
          ? "a tensor of a kind that is not read (" + object.type + ")"
          : "an object of " + object.type;
    }
    if (value instanceof InertGlobal global) {
      return "the class or function " + global.name();
    }
    if (value instanceof Map<?, ?> dict) {
      return "a dict of " + dict.size();
    }
    if (value instanceof Collection<?> list) {
      return "a list or set of " + list.size();
    }
    if (value instanceof Object[] tuple) {
      return "a tuple of " + tuple.length;
    }
    if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    }
    if (value instanceof Number number) {
      return "the number " + shortened(number.toString());
    }
    return value instanceof String text ? "the text '" + shortened(text) + "'" : "a plain value";
  }

  private static String shortened(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
  }
}
