package org.jennit.bench.models;

import org.jennit.core.Composite;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Registering a composite on a model, canonizers included, and taking it back. */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class RegistrationBenchmark {
  @Param("EpsilonPlus")
  public String explanation;

  private Composite composite;

  @Setup(Level.Trial)
  public void choose(ModelState state) {
    composite = Explanations.composite(explanation, state.model);
  }

  @Benchmark
  public void context(ModelState state) {
    composite.context(state.network).close();
  }
}
