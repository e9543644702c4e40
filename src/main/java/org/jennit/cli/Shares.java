package org.jennit.cli;

import org.jennit.core.Threads;

/**
 * The threads of the arithmetic, in equal shares for workers that compute side by side: two of one
 * thread get more done than one of two. Put back when this is closed. Thread-safe.
 */
final class Shares implements AutoCloseable {
  // Each worker takes the memory of a batch.
  private static final int MOST = 4;

  private final int all;
  private final int workers;

  private Shares(int all, int workers) {
    this.all = all;
    this.workers = workers;
  }

  /** How many workers there are where nobody says otherwise. */
  static int usual() {
    return Math.min(MOST, Threads.get_num_threads());
  }

  /** Of the calling thread's number. */
  static Shares of(int workers) {
    return new Shares(Threads.get_num_threads(), workers);
  }

  int workers() {
    return workers;
  }

  /** Lets the calling thread take its share. */
  void take() {
    Threads.set_num_threads(Math.max(1, all / workers));
  }

  @Override
  public void close() {
    Threads.set_num_threads(all);
  }
}
