package org.jennit.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Does work on a thread of its own, in the order in which it is given, while who gives it goes on.
 * What a step throws reaches a giver with a later step, or at the end; no step after it is done.
 * Several threads may give.
 */
final class Behind implements AutoCloseable {
  /** One piece of work. */
  @FunctionalInterface
  interface Step {
    void run() throws IOException, InterruptedException;
  }

  private final int most;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(work -> daemon(work, "jennit-write-behind"));
  private final Queue<Future<?>> waiting = new ArrayDeque<>();
  private volatile boolean failed;

  /**
   * @param most so many steps wait at most: a further one waits with its giver
   */
  Behind(int most) {
    this.most = most;
  }

  /**
   * Gives a step.
   *
   * @throws IOException what an earlier step threw; likewise its unchecked exceptions
   */
  synchronized void add(Step step) throws IOException {
    while (waiting.size() >= most || (!waiting.isEmpty() && waiting.peek().isDone())) {
      await();
    }
    waiting.add(thread.submit(() -> run(step)));
  }

  private Void run(Step step) throws IOException, InterruptedException {
    if (!failed) {
      // A step that throws leaves it so.
      failed = true;
      step.run();
      failed = false;
    }
    return null;
  }

  private void await() throws IOException {
    result(waiting.remove());
  }

  /** Waits for all steps. */
  @Override
  public synchronized void close() throws IOException {
    try {
      while (!waiting.isEmpty()) {
        await();
      }
    } finally {
      thread.shutdownNow();
    }
  }

  /** What a thread made; its exceptions are thrown here. */
  static <T> T result(Future<T> future) throws IOException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IOException failure) {
        throw failure;
      }
      if (cause instanceof RuntimeException failure) {
        throw failure;
      }
      if (cause instanceof Error failure) {
        throw failure;
      }
      throw new IllegalStateException(cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }
}
