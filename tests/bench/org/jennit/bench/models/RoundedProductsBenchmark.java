package org.jennit.bench.models;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.attribution.Attribution;
import org.jennit.attribution.Gradient;
import org.jennit.core.Float32Precision;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * An explanation whose products round their factors to bfloat16, over the same with exact ones: its
 * time, and how far its relevance is off. For processors that have such products.
 */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class RoundedProductsBenchmark {
  @Param("EpsilonPlus")
  public String explanation;

  private Gradient attributor;
  private double error;

  /** What rounding costs. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Rounding {
    /** Norm of the difference between both relevances over that of the exact one. */
    public double error;
  }

  @Setup(Level.Trial)
  public void choose(ModelState state) {
    attributor = Explanations.attributor(explanation, state.model, state.network);
    error = error(state.input);
  }

  private double error(Tensor input) {
    try (PointerScope temporaries = new PointerScope()) {
      Tensor exact = explained(input, false).relevance();
      Tensor rounded = explained(input, true).relevance();
      return rounded.sub(exact).norm().item_double() / exact.norm().item_double();
    }
  }

  @Benchmark
  public void pair(ModelState state, Pair pair, Rounding rounding) {
    rounding.error = error;
    pair.time(
        () -> explained(state.input, false).close(), () -> explained(state.input, true).close());
  }

  private Attribution explained(Tensor input, boolean rounded) {
    Float32Precision.set_bf16_products(rounded);
    try {
      return attributor.apply(input, 0);
    } finally {
      Float32Precision.set_bf16_products(false);
    }
  }
}
