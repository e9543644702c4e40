package org.jennit.bench.overhead;

import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.ReLUImpl;
import org.bytedeco.pytorch.SequentialImpl;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.bench.models.Threads;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A forward of a hundred tiny layers in Jennit's tree and in plain LibTorch. */
@BenchmarkMode(Mode.AverageTime)
@State(Scope.Thread)
public class TreeBenchmark {
  private static final int PAIRS = 50;
  private static final int FEATURES = 8;

  private Module tree;
  private SequentialImpl plain;
  private LinearImpl linear;
  private ReLUImpl relu;
  private Tensor input;
  private NoGradGuard unrecorded;

  @Setup(Level.Trial)
  public void build() {
    Threads.set();
    unrecorded = new NoGradGuard();
    Sequential layers = new Sequential();
    plain = new SequentialImpl();
    linear = new LinearImpl(FEATURES, FEATURES);
    relu = new ReLUImpl();
    for (int i = 0; i < PAIRS; i++) {
      layers.append(new Linear(FEATURES, FEATURES)).append(new ReLU());
      plain.push_back(new LinearImpl(FEATURES, FEATURES));
      plain.push_back(new ReLUImpl());
    }
    tree = layers;
    tree.eval();
    plain.eval();
    input = torch.randn(1, FEATURES);
  }

  @TearDown(Level.Trial)
  public void close() {
    tree.close();
    plain.close();
    input.close();
    unrecorded.close();
  }

  /** One call, which goes through the tree natively. */
  @Benchmark
  public void jennitTree() {
    tree.forward(input).close();
  }

  /** One call of torch::nn::Sequential. */
  @Benchmark
  public void libtorchSequential() {
    plain.forward(input).close();
  }

  /** A hundred calls from Java. */
  @Benchmark
  public void libtorchLayers() {
    Tensor value = new Tensor(input);
    for (int i = 0; i < PAIRS; i++) {
      Tensor sum = linear.forward(value);
      value.close();
      value = relu.forward(sum);
      sum.close();
    }
    value.close();
  }
}
