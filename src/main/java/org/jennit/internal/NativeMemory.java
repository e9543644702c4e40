package org.jennit.internal;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.bytedeco.javacpp.Pointer;

/**
 * Lets the garbage collector find tensors that nobody can reach: it does not see the memory behind
 * them, and leaves them for as long as the heap has room. Where tensors take much, a pass begins
 * with a collection; a tensor that finds no room is asked for once more after one. Thread-safe.
 */
public final class NativeMemory {
  // To ask how much the machine has takes a while: smaller processes do without.
  private static final long UNASKED = 1L << 30;
  private static final long PAUSE_MILLIS = 20;
  private static final long PATIENCE_SECONDS = 5;
  // A JVM may be told to ignore that it is asked to collect.
  private static final long PATIENCE_FOR_SIGN_MILLIS = 500;

  private static final ReentrantLock COLLECTING = new ReentrantLock();
  private static MemoryLimit limit;
  private static boolean warned;

  private NativeMemory() {}

  static void begin() {
    if (MemoryLimit.isSet()) {
      ask();
    } else {
      KeptMemory.limit_cpu_memory(UNASKED, UNASKED);
    }
  }

  /** To be called before native code computes. */
  public static void before_pass() {
    if (KeptMemory.is_crowded() && COLLECTING.tryLock()) {
      try {
        ask();
        if (KeptMemory.is_crowded()) {
          collect();
        }
      } finally {
        COLLECTING.unlock();
      }
    }
  }

  /** Native code calls this by name, twice for a tensor that finds no room. */
  static void make_room(long bytes) throws InterruptedException {
    // The thread may hold locks of LibTorch's that the one which collects waits for.
    if (COLLECTING.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      try {
        if (limit == null) {
          ask();
        } else if (limit.most() == 0 || bytes <= limit.most()) {
          collect();
        }
      } finally {
        COLLECTING.unlock();
      }
    }
  }

  private static void ask() {
    if (limit == null) {
      limit = MemoryLimit.ask();
      KeptMemory.limit_cpu_memory(limit.crowded(), limit.most());
    }
  }

  private static void collect() {
    long before = KeptMemory.used_cpu_bytes();
    boolean interrupted = collectGarbage();
    long last;
    do { // what was found is freed by other threads, too
      last = KeptMemory.used_cpu_bytes();
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      Pointer.deallocateReferences();
    } while (KeptMemory.used_cpu_bytes() < last);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    long left = KeptMemory.used_cpu_bytes();
    // What is in use does not make every pass collect.
    KeptMemory.limit_cpu_memory(
        Math.max(limit.crowded(), left + limit.crowded() / 4), limit.most());
    warn(before - left);
  }

  /**
   * What the collector finds comes to its queues some time later: a sign tells when.
   *
   * @return whether this thread was interrupted meanwhile
   */
  private static boolean collectGarbage() {
    ReferenceQueue<Object> found = new ReferenceQueue<>();
    PhantomReference<Object> sign = new PhantomReference<>(new Object(), found);
    try {
      System.gc();
      found.remove(PATIENCE_FOR_SIGN_MILLIS);
      return false;
    } catch (InterruptedException e) {
      return true;
    } finally {
      Reference.reachabilityFence(sign);
    }
  }

  private static void warn(long freed) {
    if (warned || freed < limit.crowded() / 8) {
      return;
    }
    warned = true;
    Log.warn(
        NativeMemory.class,
        String.format(
            Locale.ROOT,
            "Unreachable tensors held %,d MiB of native memory, which the garbage collector does"
                + " not see: close() what attributions and forward passes answer, or work within"
                + " a PointerScope",
            freed >> 20));
  }
}
