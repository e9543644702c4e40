package org.jennit.cli;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Does work on threads of its own, ahead of who takes the results: as many steps as it has threads.
 * Results come in the order of the steps. For one taking thread, which also runs the iterator.
 */
final class Ahead<T> implements AutoCloseable {
  private final Iterator<? extends Callable<T>> steps;
  private final ExecutorService threads;
  private final Queue<Future<T>> started = new ArrayDeque<>();

  /** With one thread: one step ahead, each after the one before. */
  Ahead(Iterator<? extends Callable<T>> steps) {
    this(steps, 1);
  }

  Ahead(Iterator<? extends Callable<T>> steps, int count) {
    this.steps = steps;
    threads = Executors.newFixedThreadPool(count, work -> Behind.daemon(work, "jennit-ahead"));
    for (int i = 0; i < count; i++) {
      start();
    }
  }

  private void start() {
    if (steps.hasNext()) {
      started.add(threads.submit(steps.next()));
    }
  }

  /** Whether there is a further result to take. */
  boolean hasNext() {
    return !started.isEmpty();
  }

  /**
   * What will be the result of the next step.
   *
   * @throws NoSuchElementException where there is none
   */
  Future<T> next() {
    Future<T> next = started.remove();
    start();
    return next;
  }

  /**
   * The result of the next step, which is waited for.
   *
   * @throws IOException what the step threw; likewise its unchecked exceptions
   * @throws NoSuchElementException where there is none
   */
  T take() throws IOException {
    return Behind.result(next());
  }

  /** Begins no further step, and waits for those that run. */
  @Override
  public void close() {
    started.forEach(step -> step.cancel(false));
    threads.shutdown();
    try {
      threads.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
