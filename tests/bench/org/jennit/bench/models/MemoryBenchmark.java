package org.jennit.bench.models;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.attribution.Gradient;
import org.jennit.core.CpuMemory;
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
import org.openjdk.jmh.annotations.TearDown;

/**
 * The peak of resident memory over the model, and over what a registered composite holds of its
 * own: two explanations in a new process.
 */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class MemoryBenchmark {
  @Param("EpsilonPlus")
  public String explanation;

  private Gradient attributor;
  private Runnable subject;
  private double registered;

  /** In bytes; NaN where it cannot be known. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Peak {
    /** Of resident memory, over what the model and the registered composite take. */
    public double peak_bytes;

    /** Of tensors that the registration holds, such as merged weights: once for all calls. */
    public double registered_bytes;
  }

  @Setup(Level.Trial)
  public void choose(ModelState state) {
    touchLibraries();
    long before = CpuMemory.allocated_bytes();
    attributor = Explanations.attributor(explanation, state.model, state.network).open();
    registered = CpuMemory.allocated_bytes() - before;
    subject = Explanations.relevance(attributor, state.input);
  }

  @TearDown(Level.Trial)
  public void takeBack() {
    attributor.close();
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
    peak.registered_bytes = registered;
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
