package org.jennit.bench.models;

import org.bytedeco.pytorch.global.torch;
import org.jennit.internal.JennitCore;

/** How many threads LibTorch uses within one operation: the property {@code bench.threads}. */
public final class Threads {
  private Threads() {}

  /** Loads the native libraries and sets the number for the thread that calls. */
  public static void set() {
    set(Integer.getInteger("bench.threads", 2));
  }

  static void set(int threads) {
    JennitCore.load();
    torch.set_num_threads(threads);
  }
}
