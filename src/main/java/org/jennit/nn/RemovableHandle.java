package org.jennit.nn;

/** Takes one registration back. Removing twice does nothing. */
@FunctionalInterface
public interface RemovableHandle extends AutoCloseable {
  void remove();

  @Override
  default void close() {
    remove();
  }
}
