package org.jennit.core;

import org.jennit.internal.JavaFunction;
import org.jennit.internal.Rule;

/**
 * A native rule, and the callback that it asks where it is written in Java.
 *
 * @param callback null for built-in rules
 */
record NativeRule(Rule pointer, JavaFunction callback) implements AutoCloseable {
  NativeRule {
    pointer.retainReference();
  }

  @Override
  public void close() {
    pointer.releaseReference();
  }
}
