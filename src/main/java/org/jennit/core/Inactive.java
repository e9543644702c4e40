package org.jennit.core;

import java.util.List;

/** While open, the rules step aside and true gradients pass. Closing twice does nothing. */
public final class Inactive implements AutoCloseable {
  private List<HookScope> scopes;

  Inactive(List<HookScope> scopes) {
    this.scopes = scopes;
    scopes.forEach(HookScope::deactivate);
  }

  @Override
  public void close() {
    scopes.forEach(HookScope::activate);
    scopes = List.of();
  }
}
