package org.jennit.bench.layers;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.bench.models.Pair;
import org.jennit.bench.models.Threads;
import org.jennit.core.Autograd;
import org.jennit.nn.BatchNorm2d;
import org.jennit.nn.Module;
import org.jennit.nn.RemovableHandle;
import org.jennit.nn.Sequential;
import org.jennit.rules.Pass;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Twenty batch norms under Pass with frozen parameters over the same with unfrozen ones. */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class FrozenNormsBenchmark {
  private static final int NORMS = 20;
  private static final int CALLS = 20;

  private final List<RemovableHandle> handles = new ArrayList<>();
  private Module frozen;
  private Module unfrozen;
  private Tensor input;
  private Tensor upper;

  @Setup(Level.Trial)
  public void build() {
    Threads.set();
    torch.manual_seed(0);
    frozen = norms();
    frozen.requires_grad_(false);
    unfrozen = norms();
    input = torch.randn(4, 64, 28, 28).requires_grad_(true);
    upper = torch.randn(4, 64, 28, 28);
  }

  private Module norms() {
    Module[] norms = new Module[NORMS];
    for (int i = 0; i < NORMS; i++) {
      norms[i] = new BatchNorm2d(64);
    }
    Module all = new Sequential(norms);
    all.eval();
    for (Module norm : norms) {
      handles.add(new Pass().register(norm));
    }
    return all;
  }

  @TearDown(Level.Trial)
  public void close() {
    handles.forEach(RemovableHandle::remove);
    frozen.close();
    unfrozen.close();
    input.close();
    upper.close();
  }

  @Benchmark
  public void pair(Pair pair) {
    pair.time(() -> relevance(unfrozen), () -> relevance(frozen));
  }

  private void relevance(Module module) {
    for (int i = 0; i < CALLS; i++) {
      try (PointerScope temporaries = new PointerScope()) {
        Autograd.grad(module.forward(input), input, upper);
      }
    }
  }
}
