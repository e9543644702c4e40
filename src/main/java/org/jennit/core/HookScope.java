package org.jennit.core;

import org.jennit.internal.Boundary;
import org.jennit.internal.RuleScope;
import org.jennit.internal.Rules;

/**
 * What the rules of one registration share: whether they are active, and whether relevance is
 * checked.
 */
final class HookScope implements AutoCloseable {
  private final RuleScope pointer = Boundary.call(Rules::make_scope);
  private int inactive;
  private boolean closed;
  private boolean released;

  HookScope() {
    // Not the business of a scope of pointers that happens to be open.
    pointer.retainReference();
  }

  RuleScope pointer() {
    return pointer;
  }

  /** Nests: as many activations as deactivations make the rules active again. */
  synchronized void deactivate() {
    inactive++;
    if (!released) {
      Rules.set_active(pointer, false);
    }
  }

  synchronized void activate() {
    inactive--;
    if (!released) {
      Rules.set_active(pointer, inactive == 0);
    }
    release();
  }

  synchronized void checkFinite(boolean check) {
    if (!released) {
      Rules.set_check_finite(pointer, check);
    }
  }

  /** Lets go of the native half, which rules and graphs share, once nothing is to be activated. */
  @Override
  public synchronized void close() {
    closed = true;
    release();
  }

  private void release() {
    if (closed && inactive == 0 && !released) {
      released = true;
      pointer.releaseReference();
    }
  }
}
