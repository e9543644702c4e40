package org.jennit.internal;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jennit.JennitException;

/**
 * The line between Java and native code, which exceptions cross as text. A Throwable that leaves a
 * callback waits here under a number, and is found again when the call that caused it comes back.
 * Thread-safe.
 */
public final class Boundary {
  private static final Pattern MARK = Pattern.compile("\u0001(\\d+)\u0001");
  private static final ConcurrentHashMap<Long, Throwable> WAITING = new ConcurrentHashMap<>();
  private static final AtomicLong NEXT = new AtomicLong();

  private Boundary() {}

  /** Calls native code; what it throws becomes a {@link JennitException}. */
  public static <T> T call(Supplier<T> body) {
    try {
      return body.get();
    } catch (JennitException | IllegalStateException | IllegalArgumentException e) {
      // From Java, and it says what it means.
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

  /** What a callback throws in place of {@code reason}, so that native code can carry it. */
  static RuntimeException crossing(Throwable reason) {
    long number = NEXT.incrementAndGet();
    WAITING.put(number, reason);
    return new Crossing(number);
  }

  private static JennitException translated(RuntimeException e) {
    String message = String.valueOf(e.getMessage());
    Throwable cause = null;
    Matcher mark = MARK.matcher(message);
    StringBuilder text = new StringBuilder();
    while (mark.find()) {
      Throwable waiting = WAITING.remove(Long.valueOf(mark.group(1)));
      cause = waiting != null ? waiting : cause;
      mark.appendReplacement(text, Matcher.quoteReplacement(describe(waiting)));
    }
    mark.appendTail(text);
    return new JennitException(text.toString(), cause == null ? e : cause);
  }

  private static String describe(Throwable reason) {
    if (reason == null) {
      return "an exception in Java code";
    }
    String text = reason instanceof JennitException ? reason.getMessage() : reason.toString();
    // LibTorch's own errors bring the stack of its calls, which would hide where in the model this
    // was.
    int stack = text.indexOf("\nException raised from ");
    return stack < 0 ? text : text.substring(0, stack);
  }

  // JavaCPP carries nothing of an exception but its toString.
  @SuppressWarnings("OverrideThrowableToString")
  private static final class Crossing extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final long number;

    Crossing(long number) {
      super(null, null, false, false);
      this.number = number;
    }

    @Override
    public String toString() {
      return "\u0001" + number + "\u0001";
    }
  }
}
