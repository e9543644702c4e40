package org.jennit.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Places in the program, as stacks of calls. Each has one number for good. Thread-safe. */
public final class Places {
  // What tells places apart lies at the top; tracing is to stay cheap in deep programs.
  private static final int DEPTH = 32;
  private static final Map<List<StackTraceElement>, Long> NUMBERS = new HashMap<>();
  private static final List<List<StackTraceElement>> PLACES = new ArrayList<>();

  private Places() {}

  /** The number of the running thread's place, from 1; the binding's own calls are left out. */
  static long now() {
    List<StackTraceElement> place = StackWalker.getInstance().walk(Places::named);
    synchronized (NUMBERS) {
      return NUMBERS.computeIfAbsent(
          place,
          unknown -> {
            PLACES.add(unknown);
            return (long) PLACES.size();
          });
    }
  }

  private static List<StackTraceElement> named(Stream<StackWalker.StackFrame> frames) {
    return frames
        .map(StackWalker.StackFrame::toStackTraceElement)
        .filter(frame -> !frame.getClassName().startsWith("org.jennit.internal."))
        .limit(DEPTH)
        .toList();
  }

  /** The calls at a place, innermost first. */
  public static List<StackTraceElement> of(long number) {
    synchronized (NUMBERS) {
      return PLACES.get((int) number - 1);
    }
  }
}
