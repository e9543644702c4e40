package org.jennit.internal;

import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Supplier;
import org.jennit.JennitException;

/**
 * The line between Java and native code. An exception in Java crosses native code as it is, and is
 * the cause of what comes back; LibTorch's own errors come as text. Thread-safe.
 */
public final class Boundary {
  // Where in the tree an exception began that is still on its way through Java, by the node's id.
  private static final Map<Throwable, Long> ORIGINS =
      Collections.synchronizedMap(new WeakHashMap<>());

  private Boundary() {}

  /** Calls native code; what it throws becomes a {@link JennitException}. */
  public static <T> T call(Supplier<T> body) {
    try {
      return body.get();
    } catch (JennitException | IllegalStateException | IllegalArgumentException e) {
      // From Java, and it says what it means.
      throw e;
    } catch (NullPointerException e) {
      throw e;
    } catch (RuntimeException e) {
      throw translated(e);
    }
  }

  /** As {@link #call}, without a result. */
  public static void run(Runnable body) {
    call(
        () -> {
          body.run();
          return null;
        });
  }

  private static JennitException translated(RuntimeException e) {
    long[] origin = {0};
    Throwable thrown = (Throwable) Callbacks.take_failure(String.valueOf(e.getMessage()), origin);
    JennitException translated =
        new JennitException(
            withoutStack(String.valueOf(e.getMessage())), thrown == null ? e : thrown);
    if (origin[0] != 0) {
      ORIGINS.put(translated, origin[0]);
    }
    return translated;
  }

  // Native code calls these two by name.

  /** What native code says of an exception in Java. */
  static String describe(Throwable reason) {
    return withoutStack(
        reason instanceof JennitException ? reason.getMessage() : reason.toString());
  }

  /** The id of the node where an exception began that came from native code; 0 for all others. */
  static long origin(Throwable reason) {
    return ORIGINS.getOrDefault(reason, 0L);
  }

  // LibTorch's own errors bring the stack of its calls, which would hide where in the model this
  // was.
  private static String withoutStack(String text) {
    int stack = text.indexOf("\nException raised from ");
    return stack < 0 ? text : text.substring(0, stack);
  }
}
