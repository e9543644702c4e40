package org.jennit.bench.layers;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.bench.models.Pair;
import org.jennit.bench.models.Threads;
import org.jennit.core.Autograd;
import org.jennit.nn.Module;
import org.jennit.nn.RemovableHandle;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One rule on one layer over that layer's gradient, forward and backward. */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class RuleBenchmark {
  @Param public RuleKind rule;
  @Param public LayerShape shape;

  @Param("4")
  public int images;

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
    handle = rule.hook().register(ruled);
    input = shape.input(images).requires_grad_(true);
    try (Tensor output = plain.forward(input)) {
      upper = torch.randn_like(output.detach());
    }
  }

  private Module frozen() {
    Module layer = shape.layer();
    layer.eval();
    layer.requires_grad_(false);
    return layer;
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

  private void backward(Module layer) {
    try (PointerScope temporaries = new PointerScope()) {
      Tensor output = layer.forward(input);
      Autograd.grad(output, input, upper).close();
    }
  }
}
