package org.jennit.core;

import org.jennit.internal.Boundary;
import org.jennit.internal.RuleScope;
import org.jennit.internal.Rules;

/**
 * What the rules of one registration share: whether they are active, and whether relevance is
 * checked.
 */
final class HookScope {
  private final RuleScope pointer = Boundary.call(Rules::make_scope);
  private int inactive;

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
    Rules.set_active(pointer, false);
  }

  synchronized void activate() {
    inactive--;
    Rules.set_active(pointer, inactive == 0);
  }

  void checkFinite(boolean check) {
    Rules.set_check_finite(pointer, check);
  }
}
