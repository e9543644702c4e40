package org.jennit.core;

import java.util.List;
import java.util.Objects;
import org.jennit.internal.Inactivity;
import org.jennit.internal.Rules;

/**
 * While open, the rules step aside in the passes of the thread that opened it, and true gradients
 * pass; other threads do not notice. It nests. It may be closed from any thread; closing twice does
 * nothing.
 */
public final class Inactive implements AutoCloseable {
  private List<Inactivity> inactivities;

  Inactive(List<HookScope> scopes) {
    inactivities = scopes.stream().map(HookScope::deactivate).filter(Objects::nonNull).toList();
  }

  @Override
  public synchronized void close() {
    for (Inactivity inactivity : inactivities) {
      Rules.end(inactivity);
      inactivity.releaseReference();
    }
    inactivities = List.of();
  }
}
