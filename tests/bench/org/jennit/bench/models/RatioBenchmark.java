package org.jennit.bench.models;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** An explanation and the plain gradient of the same images, turn by turn. */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class RatioBenchmark {
  @Param("EpsilonPlus")
  public String explanation;

  private Runnable gradient;
  private Runnable subject;

  @Setup(Level.Trial)
  public void choose(ModelState state) {
    gradient = Explanations.of(Explanations.GRADIENT, state.model, state.network, state.input);
    subject = Explanations.of(explanation, state.model, state.network, state.input);
  }

  @Benchmark
  public void pair(ModelState state, Pair pair, Work work) {
    work.count(explanation, state.network, state.input);
    pair.time(gradient, subject);
  }
}
