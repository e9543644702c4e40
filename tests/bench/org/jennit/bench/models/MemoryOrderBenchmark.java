package org.jennit.bench.models;

import java.util.Map;
import org.jennit.nn.Flatten;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.Sequential;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * An explanation of a model, which works in channels_last, over that of the same layers one after
 * the other, which work in the order of the images: row by row.
 */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class MemoryOrderBenchmark {
  @Param("EpsilonPlus")
  public String explanation;

  private Module layers;
  private Runnable byRows;
  private Runnable channelsLast;

  @Setup(Level.Trial)
  public void choose(ModelState state) {
    layers = layers(state.network);
    byRows = Explanations.of(explanation, state.model, layers, state.input);
    channelsLast = Explanations.of(explanation, state.model, state.network, state.input);
  }

  /** The children of VGG, of AlexNet or of ResNet. */
  private static Module layers(Module network) {
    Sequential layers = new Sequential();
    for (Map.Entry<String, Module> child : network.named_children().entrySet()) {
      boolean dense = child.getKey().equals("classifier") || child.getValue() instanceof Linear;
      if (dense) {
        layers.append(new Flatten());
      }
      layers.register_module(child.getKey(), child.getValue());
    }
    layers.eval();
    return layers;
  }

  @Benchmark
  public void pair(Pair pair) {
    pair.time(byRows, channelsLast);
  }

  @TearDown(Level.Trial)
  public void close() {
    layers.close();
  }
}
