package org.jennit.nn;

import org.bytedeco.pytorch.Module;

/**
 * The one Java owner of a native node. Closing is idempotent; an owner that becomes unreachable is
 * closed by the garbage collector. The native node itself lives as long as a parent, a graph or an
 * owner shares it.
 */
final class Handle implements AutoCloseable {
  private Module module;

  Handle(Module module) {
    // Not the business of a scope that happens to be open: the node lives as long as its Java
    // module.
    module.retainReference();
    this.module = module;
  }

  /** The node. Throws IllegalStateException after {@link #close}. */
  synchronized Module get() {
    if (module == null) {
      throw new IllegalStateException("the module is closed");
    }
    return module;
  }

  synchronized boolean isClosed() {
    return module == null;
  }

  @Override
  public synchronized void close() {
    if (module != null) {
      module.releaseReference();
      module = null;
    }
  }
}
