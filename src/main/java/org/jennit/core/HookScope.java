package org.jennit.core;

import org.jennit.internal.Boundary;
import org.jennit.internal.Inactivity;
import org.jennit.internal.RuleScope;
import org.jennit.internal.Rules;

/**
 * What the rules of one registration share: whether they are inactive for a thread, and whether
 * relevance is checked. Thread-safe.
 */
final class HookScope implements AutoCloseable {
  private final RuleScope pointer = Boundary.call(Rules::make_scope);
  private boolean closed;

  HookScope() {
    // Not the business of a scope of pointers that happens to be open.
    pointer.retainReference();
  }

  RuleScope pointer() {
    return pointer;
  }

  /**
   * The rules step aside in this thread's passes until the answer ends; null where it is closed.
   */
  synchronized Inactivity deactivate() {
    if (closed) {
      return null;
    }
    Inactivity inactivity = Boundary.call(() -> Rules.deactivate(pointer));
    inactivity.retainReference();
    return inactivity;
  }

  synchronized void checkFinite(boolean check) {
    if (!closed) {
      Rules.set_check_finite(pointer, check);
    }
  }

  /** Lets go of the native half, which rules and graphs share. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      pointer.releaseReference();
    }
  }
}
