package org.jennit.core;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jennit.nn.RemovableHandle;

/**
 * Handles that are removed together, the last one first; one that fails does not keep the others.
 */
public final class RemovableHandleList implements RemovableHandle {
  private final Deque<RemovableHandle> handles = new ArrayDeque<>();

  /** Adds a handle, which is removed before all that are here. */
  public synchronized void add(RemovableHandle handle) {
    handles.push(handle);
  }

  /** Whether there is nothing to remove. */
  public synchronized boolean isEmpty() {
    return handles.isEmpty();
  }

  /** Removes all, then throws the first failure with the others suppressed in it. */
  @Override
  public synchronized void remove() {
    RuntimeException failure = null;
    while (!handles.isEmpty()) {
      try {
        handles.pop().remove();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
