package org.jennit.bench.layers;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.bench.models.Threads;
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

/** The machine's peak: a large product of square matrices in single precision. */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class ProductBenchmark {
  @Param("4096")
  public long size;

  private Tensor left;
  private Tensor right;

  /** 2 n^3 operations. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Operations {
    public double gflop;
  }

  @Setup(Level.Trial)
  public void fill() {
    Threads.set();
    left = torch.randn(size, size);
    right = torch.randn(size, size);
  }

  @TearDown(Level.Trial)
  public void close() {
    left.close();
    right.close();
  }

  @Benchmark
  public void sgemm(Operations operations) {
    left.mm(right).close();
    operations.gflop += 2e-9 * size * size * size;
  }
}
