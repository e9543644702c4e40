package org.jennit.core;

import org.bytedeco.pytorch.global.torch;
import org.jennit.internal.JennitCore;
import org.jennit.internal.ThreadCount;

/**
 * How many threads one operation takes, of LibTorch's own. At first as many as the machine has
 * cores. Thread-safe.
 *
 * <p>LibTorch keeps the number for each thread that calls it. OpenBLAS, which multiplies the
 * matrices of dense layers, would have threads of its own besides, and the two teams would keep
 * each other waiting: here it takes one, and LibTorch's threads share its products. Who sets the
 * environment variable {@code OPENBLAS_NUM_THREADS} keeps OpenBLAS at that, and its products to
 * itself.
 */
public final class Threads {
  // OpenMP ends the process where it cannot have as many as it was told.
  private static final int MOST = 1024;

  private Threads() {}

  /**
   * Sets the number for the calling thread, and for threads that have not called LibTorch yet: 1
   * before the threads of an application start lets each of them take one.
   *
   * @throws IllegalArgumentException where it is not from 1 to 1024
   */
  public static void set_num_threads(int count) {
    if (count < 1 || count > MOST) {
      throw new IllegalArgumentException(
          "the number of threads must be from 1 to " + MOST + ", but is " + count);
    }
    ThreadCount.set_num_threads(count);
  }

  /** What an operation of the calling thread takes. */
  public static int get_num_threads() {
    JennitCore.load();
    return torch.get_num_threads();
  }
}
