package org.jennit.bench.models;

import org.bytedeco.pytorch.Tensor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Several targets of one image under EpsilonPlus, over the gradient of one target. */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class TargetsBenchmark {
  @Param({"1", "2", "5", "10", "20"})
  public int targets;

  private Runnable gradient;
  private Runnable subject;

  @Setup(Level.Trial)
  public void choose(ModelState state) {
    Tensor image = state.input.narrow(0, 0, 1);
    gradient = Explanations.of(Explanations.GRADIENT, state.model, state.network, image);
    subject = Explanations.targets(state.model, state.network, image, targets);
  }

  @Benchmark
  public void pair(Pair pair) {
    pair.time(gradient, subject);
  }
}
