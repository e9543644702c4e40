package org.jennit.cli;

import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Does work on a thread of its own, in order, and one step ahead of who takes the results. For one
 * taking thread.
 */
final class Ahead<T> implements AutoCloseable {
  private final Iterator<? extends Callable<T>> steps;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(work -> Behind.daemon(work, "jennit-read-ahead"));
  private Future<T> next;

  Ahead(Iterator<? extends Callable<T>> steps) {
    this.steps = steps;
    start();
  }

  private void start() {
    next = steps.hasNext() ? thread.submit(steps.next()) : null;
  }

  /**
   * The result of the next step, which is waited for.
   *
   * @throws IOException what the step threw; likewise its unchecked exceptions
   * @throws NoSuchElementException where there is none
   */
  T take() throws IOException {
    if (next == null) {
      throw new NoSuchElementException();
    }
    Future<T> taken = next;
    start();
    return Behind.result(taken);
  }

  /** Does no further step; the one that runs ends by itself. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
