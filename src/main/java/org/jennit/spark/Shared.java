package org.jennit.spark;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * What the tasks of one process share: opened by the first that asks, counted, kept for a while
 * when nobody uses it. Thread-safe.
 */
final class Shared<K, V extends AutoCloseable> {
  private final Map<K, Entry<V>> entries = new LinkedHashMap<>(16, 0.75f, true); // last used last
  private final int idle;

  /** One value, or its making. */
  private static final class Entry<V> {
    private final FutureTask<V> value;
    private int users;

    Entry(Callable<V> opener) {
      value = new FutureTask<>(opener);
    }
  }

  /**
   * @param idle how many are kept that nobody uses
   */
  Shared(int idle) {
    this.idle = idle;
  }

  /** One use of a value. */
  final class Lease implements AutoCloseable {
    private final Entry<V> entry;
    private final V value;
    private boolean closed;

    private Lease(Entry<V> entry, V value) {
      this.entry = entry;
      this.value = value;
    }

    V value() {
      return value;
    }

    /** Ends the use; the last one may close the value. */
    @Override
    public void close() {
      synchronized (Shared.this) {
        if (!closed) {
          closed = true;
          release(entry);
        }
      }
    }
  }

  /**
   * The value of a key. Others that ask for it while it is opened wait; where that fails all of
   * them fail, and who asks later tries again.
   *
   * @throws Exception what the opener threw
   */
  Lease acquire(K key, Callable<V> opener) throws Exception {
    Entry<V> entry;
    synchronized (this) {
      entry = entries.computeIfAbsent(key, k -> new Entry<>(opener));
      entry.users++;
    }
    try {
      entry.value.run(); // does nothing but for the first
      return new Lease(entry, entry.value.get());
    } catch (ExecutionException e) {
      forget(key, entry);
      throw e.getCause() instanceof Exception cause ? cause : e;
    } catch (InterruptedException e) {
      synchronized (this) {
        release(entry);
      }
      throw e;
    }
  }

  private synchronized void forget(K key, Entry<V> entry) {
    entries.remove(key, entry);
  }

  private void release(Entry<V> released) {
    released.users--;
    long unused = entries.values().stream().filter(entry -> entry.users == 0).count();
    Iterator<Entry<V>> oldest = entries.values().iterator();
    while (unused > idle) {
      Entry<V> entry = oldest.next();
      if (entry.users == 0) {
        oldest.remove();
        close(entry);
        unused--;
      }
    }
  }

  private static <V extends AutoCloseable> void close(Entry<V> entry) {
    try {
      entry.value.get().close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
