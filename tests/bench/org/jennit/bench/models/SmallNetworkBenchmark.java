package org.jennit.bench.models;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.attribution.Gradient;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.EpsilonGammaBox;
import org.jennit.demo.DigitsNet;
import org.jennit.nn.Module;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * EpsilonGammaBox of the digits network over its gradient: one image, one thread, registered once.
 * What is timed is less the arithmetic than all that is around it.
 */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class SmallNetworkBenchmark {
  /** How often a half of a pair runs: one call is too short to time. */
  public static final int CALLS = 2000;

  private Module network;
  private Tensor image;
  private Gradient plain;
  private Gradient ruled;

  @Setup(Level.Trial)
  public void open() {
    Threads.set(1);
    torch.manual_seed(0);
    network = DigitsNet.pretrained();
    network.requires_grad_(false);
    image = torch.rand(1, 1, 28, 28);
    plain = new Gradient(network).target(0).open();
    ruled =
        new Gradient(network, new EpsilonGammaBox(new CompositeOptions().low(0).high(1)))
            .target(0)
            .open();
  }

  @TearDown(Level.Trial)
  public void close() {
    ruled.close();
    plain.close();
    image.close();
    network.close();
  }

  @Benchmark
  public void pair(Pair pair) {
    pair.time(() -> explain(plain), () -> explain(ruled));
  }

  private void explain(Gradient attributor) {
    for (int i = 0; i < CALLS; i++) {
      attributor.apply(image).close();
    }
  }
}
