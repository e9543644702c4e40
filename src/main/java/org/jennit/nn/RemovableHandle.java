package org.jennit.nn;

/** Takes one registration back. Removing twice does nothing. */
@FunctionalInterface
public interface RemovableHandle extends AutoCloseable {
  /** Takes the registration back, without an exception where it is gone already. */
  void remove();

  @Override
  default void close() {
    remove();
  }
}
