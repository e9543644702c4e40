package org.jennit.bench.layers;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.bench.models.Pair;
import org.jennit.bench.models.Threads;
import org.jennit.core.Autograd;
import org.jennit.nn.Arguments;
import org.jennit.nn.Layers;
import org.jennit.nn.Module;
import org.jennit.nn.RemovableHandle;
import org.jennit.rules.RecurrentEpsilon;
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
 * The relevance of the last step through a recurrent layer over its gradient, forward and backward,
 * both several times over.
 */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class RecurrentBenchmark {
  /** How often a half of a pair runs: one call is too short to time. */
  public static final int CALLS = 10;

  private static final int FEATURES = 64;

  @Param("LSTM")
  public String layer;

  @Param("256")
  public int steps;

  @Param("8")
  public int samples;

  @Param("128")
  public int hidden;

  private Module plain;
  private Module ruled;
  private RemovableHandle handle;
  private Tensor input;
  private Tensor upper;

  @Setup(Level.Trial)
  public void build() {
    Threads.set();
    torch.manual_seed(0);
    plain = frozen();
    ruled = frozen();
    ruled.load_state_dict(plain.state_dict());
    handle = new RecurrentEpsilon().register(ruled);
    input = torch.randn(steps, samples, FEATURES).requires_grad_(true);
    try (PointerScope temporaries = new PointerScope()) {
      upper = torch.zeros(steps, samples, hidden);
      upper.select(0, -1).fill_(new Scalar(1.0));
      upper.retainReference();
    }
  }

  private Module frozen() {
    Module made =
        Layers.of(layer, new Arguments().put("input_size", FEATURES).put("hidden_size", hidden));
    made.eval();
    made.requires_grad_(false);
    return made;
  }

  @TearDown(Level.Trial)
  public void close() {
    handle.remove();
    plain.close();
    ruled.close();
    input.close();
    upper.close();
  }

  @Benchmark
  public void pair(Pair pair) {
    pair.time(() -> backward(plain), () -> backward(ruled));
  }

  private void backward(Module module) {
    for (int i = 0; i < CALLS; i++) {
      try (PointerScope temporaries = new PointerScope()) {
        Tensor output = module.forward(input);
        Autograd.grad(output, input, upper);
      }
    }
  }
}
