package org.jennit.bench.models;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Flatten;
import org.jennit.nn.Linear;
import org.jennit.nn.MaxPool2d;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The peak of resident memory over the model: two explanations in a new process. */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class MemoryBenchmark {
  @Param("EpsilonPlus")
  public String explanation;

  private Runnable subject;

  /** The peak in bytes; NaN where it cannot be known. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Peak {
    public double peak_bytes;
  }

  @Setup(Level.Trial)
  public void choose(ModelState state) {
    touchLibraries();
    subject = Explanations.of(explanation, state.model, state.network, state.input);
  }

  /** Pages of the libraries, which come with the first use, are not the explanation's. */
  private void touchLibraries() {
    try (Module small =
            new Sequential(
                new Conv2d(3, 8, 3, 1, 1),
                new ReLU(),
                new MaxPool2d(2, 2),
                new Conv2d(8, 8, 3, 1, 1),
                new ReLU(),
                new Flatten(),
                new Linear(512, 10));
        Tensor images = torch.randn(2, 3, 16, 16)) {
      small.eval();
      small.requires_grad_(false);
      Explanations.of(explanation, "vgg16", small, images).run();
    }
  }

  @Benchmark
  public void peak(Peak peak) {
    // Twice: what the first call leaves for later ones counts too.
    peak.peak_bytes =
        ResidentMemory.peakOver(
                () -> {
                  subject.run();
                  subject.run();
                })
            .stream()
            .asDoubleStream()
            .findFirst()
            .orElse(Double.NaN);
  }
}
