package org.jennit.bench.models;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Times a baseline and a subject one after the other in the same repetition, so that a machine that
 * slows down slows both. Which goes first changes from repetition to repetition.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class Pair {
  public double baseline_seconds;
  public double seconds;
  private boolean subjectFirst;

  public void time(Runnable baseline, Runnable subject) {
    if (subjectFirst) {
      seconds += seconds(subject);
    }
    baseline_seconds += seconds(baseline);
    if (!subjectFirst) {
      seconds += seconds(subject);
    }
    subjectFirst = !subjectFirst;
  }

  private static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) * 1e-9;
  }
}
