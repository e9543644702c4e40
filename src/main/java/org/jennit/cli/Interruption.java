package org.jennit.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C: the work in hand is finished, then the process ends. The worker asks {@link #requested}
 * between pieces of work, and closes this when it does no more.
 */
final class Interruption implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 10;

  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "jennit-interruption");
  private volatile boolean requested;

  Interruption() {
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already, and waits for nothing that begins now.
      requested = true;
    }
  }

  /** Does work that the process waits for if it is told to end, and none where it is ending. */
  static void beforeIt(Runnable work) {
    try (Interruption interruption = new Interruption()) {
      if (!interruption.requested()) {
        work.run();
      }
    }
  }

  boolean requested() {
    return requested;
  }

  /** Asks the worker to stop, and waits until it has. */
  void stop() {
    requested = true;
    try {
      boolean stopped = finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!stopped) {
        Runtime.getRuntime().halt(130);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    finished.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending: the hook has run, or is about to and finds the work finished.
      requested = true;
    }
  }
}
