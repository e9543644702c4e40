package org.jennit;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jennit.internal.Boundary;
import org.jennit.internal.Live;
import org.jennit.internal.Places;

/**
 * What the library holds in native memory, of the whole process: to find what is not let go of.
 * Thread-safe.
 *
 * <p>Counting is always on and costs nothing worth naming. Tracing notes for each thing where it
 * was made, which costs some microseconds each; a JUnit extension that uses it is {@code
 * org.jennit.junit.LeavesNothing}.
 */
public final class Diagnostics {
  /** What is counted. */
  public enum Kind {
    /** Nodes of module trees: layers, containers, and the native halves of modules in Java. */
    MODULE,
    /**
     * Tensors that the library keeps: what rules saved of a forward until its graph is freed, and
     * what stands in the place of parameters. Tensors that users hold are not among them.
     */
    TENSOR,
    /** Rules in graphs, one for each call of a module under a rule. */
    RULE_NODE,
    /** Hooks and rules that are registered on modules. */
    HOOK,
    /** Functions in Java that native code may call: forwards, hooks, rules, listeners. */
    CALLBACK
  }

  /**
   * Things of one kind that were made at one place.
   *
   * @param count how many of them live
   * @param where the calls that led there, innermost first, in the thread that made them
   */
  public record Made(Kind kind, long count, List<StackTraceElement> where) {
    private static final int SHOWN = 12;

    /** The count and the innermost calls, a line each. */
    @Override
    public String toString() {
      StringBuilder text = new StringBuilder(count + " of kind " + kind + ", made at");
      where.stream().limit(SHOWN).forEach(call -> text.append("\n    ").append(call));
      return text.toString();
    }
  }

  // Native code has the same order.
  private static final List<Kind> KINDS = List.of(Kind.values());
  private static final int COLUMNS = 3;

  private Diagnostics() {}

  /** How many of each kind live now. */
  public static Map<Kind, Long> counts() {
    long[] counts = new long[KINDS.size()];
    Boundary.run(() -> Live.counts(counts));
    Map<Kind, Long> result = new EnumMap<>(Kind.class);
    for (int i = 0; i < counts.length; i++) {
      result.put(KINDS.get(i), counts[i]);
    }
    return result;
  }

  /** How many of one kind live now. */
  public static long count(Kind kind) {
    Objects.requireNonNull(kind, "kind is null");
    return counts().get(kind);
  }

  /**
   * Whether it is noted where things are made; off at first. What was made before is not traced,
   * what was traced stays so.
   */
  public static void trace(boolean on) {
    Boundary.run(() -> Live.set_tracing(on));
  }

  /** What lives and was traced, by kind and place. */
  public static List<Made> made() {
    long[] rows = new long[0];
    long found;
    while ((found = read(rows)) > rows.length / COLUMNS) {
      rows = new long[COLUMNS * Math.toIntExact(found)];
    }
    List<Made> result = new ArrayList<>();
    for (int i = 0; i < COLUMNS * found; i += COLUMNS) {
      result.add(new Made(KINDS.get((int) rows[i]), rows[i + 2], Places.of(rows[i + 1])));
    }
    return result;
  }

  private static long read(long[] rows) {
    return Boundary.call(() -> Live.made(rows, rows.length / COLUMNS));
  }
}
