package org.jennit.spark;

import org.jennit.core.Threads;

/**
 * The threads of a task's operations while it explains. LibTorch keeps their number for each thread
 * and one for threads that come new; both are put back when no task explains any more.
 */
final class TaskThreads implements AutoCloseable {
  private static int explaining;
  private static int before;

  private TaskThreads() {}

  /** Takes so many until this is closed, by the same thread. */
  static synchronized TaskThreads take(int count) {
    if (explaining == 0) {
      before = Threads.get_num_threads();
    }
    explaining++;
    Threads.set_num_threads(count);
    return new TaskThreads();
  }

  @Override
  public void close() {
    putBack();
  }

  private static synchronized void putBack() {
    Threads.set_num_threads(before);
    explaining--;
  }
}
