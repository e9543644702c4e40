package org.jennit.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.RemovableHandle;
import org.jennit.nn.Sequential;
import org.jennit.rules.Flat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A graph keeps what it needs to run, also when its model is unreachable: the very modules, rules
 * and hooks that recorded it, and never others that took their place.
 */
@Tag("lifetimes")
class GraphLifetimeTest {
  private static final int MODELS = 200;

  /** Multiplies by its factor, so that another one is told from it. */
  private static final class Times extends Module {
    private final double factor;

    Times(double factor) {
      this.factor = factor;
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      return inputs[0].mul(new Scalar(factor));
    }
  }

  private record Recorded(Tensor input, Tensor output, double factor) {}

  // Flat runs the module again in the backward pass, at an input of ones.
  private static Recorded record(double factor) {
    Times module = new Times(factor);
    Sequential model = new Sequential(module);
    try (RemovableHandle handle = new Flat(new Stabilizer(1)).register(model)) {
      Tensor input = Numeric.normal(1, 2, 3).requires_grad_(true);
      return new Recorded(input, model.forward(input), factor);
    }
  }

  private static void collect() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(20);
    }
  }

  @Test
  void itsModulesAnswerThoughTheModelIsCollected() throws InterruptedException {
    try (PointerScope scope = new PointerScope()) {
      List<Recorded> graphs = new ArrayList<>();
      for (int i = 0; i < MODELS; i++) {
        graphs.add(record(i + 2));
        if (i % 50 == 0) {
          collect();
        }
      }
      collect();
      // Others in their places.
      List<Times> others = new ArrayList<>();
      for (int i = 0; i < MODELS; i++) {
        others.add(new Times(-1));
      }
      Tensor upper = Numeric.normal(2, 2, 3);
      for (Recorded graph : graphs) {
        // The gradient at ones, divided by the stabilized output there: another for each factor.
        double share = graph.factor() / (graph.factor() + 1);
        Numeric.assertClose(
            Arrays.stream(Numeric.values(upper)).map(above -> share * above).toArray(),
            Numeric.values(Autograd.grad(graph.output(), graph.input(), upper)),
            1e-13,
            "factor " + graph.factor());
      }
      others.forEach(Module::close);
    }
    collect();
  }

  @Test
  void aDroppedGraphLetsItsModelGo() throws InterruptedException {
    WeakReference<Module> model = droppedGraph();
    for (int i = 0; i < 50 && model.get() != null; i++) {
      collect();
    }
    assertNull(model.get());
  }

  private static WeakReference<Module> droppedGraph() {
    Sequential model = new Sequential(new Times(2));
    try (PointerScope scope = new PointerScope();
        RemovableHandle handle = new BasicHook().register(model)) {
      Tensor input = Numeric.normal(1, 2, 3).requires_grad_(true);
      assertTrue(model.forward(input).requires_grad());
    }
    return new WeakReference<>(model);
  }

  /**
   * Calls models whose last use the call is. Interpreted frames keep what they were given, so all
   * methods are to be compiled.
   */
  static final class LastUse {
    private LastUse() {}

    public static void main(String[] arguments) {
      for (int i = 0; i < 20; i++) {
        try (PointerScope scope = new PointerScope()) {
          Tensor input = Numeric.normal(1, 2, 3).requires_grad_(true);
          Tensor output = collecting().forward(input);
          Tensor first = collecting().forward_all(input)[0];
          System.out.println(Autograd.grad(output.add(first).sum(), input).sum().item_double());
        }
      }
    }

    private static Sequential collecting() {
      Sequential model = new Sequential(new Collecting(), new Collecting());
      model.children().get(1).register_forward_hook((module, inputs, output) -> null);
      return model;
    }
  }

  @Test
  void aModelThatOnlyNativeCodeHoldsIsNotCollectedWhileItRuns() throws Exception {
    Child child =
        Child.runWell(
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-Xcomp", "-XX:TieredStopAtLevel=1"),
            LastUse.class);
    assertEquals(Collections.nCopies(20, "12.0"), child.output().lines().toList(), child::errors);
  }

  /** Lets the collector run in the middle of the forward. */
  private static final class Collecting extends Module {
    @Override
    protected Tensor compute(Tensor... inputs) {
      System.gc();
      return inputs[0].clone();
    }
  }

  @Test
  void aBackwardHookOfACollectedModelIsCalled() throws InterruptedException {
    List<Double> seen = new ArrayList<>();
    try (PointerScope scope = new PointerScope()) {
      Tensor input = Numeric.normal(1, 2, 3).requires_grad_(true);
      Tensor output = hooked(input, seen);
      collect();
      Autograd.grad(output.sum(), input);
      assertEquals(List.of(8.0), seen);
    }
  }

  private static Tensor hooked(Tensor input, List<Double> seen) {
    Linear linear = Numeric.drawn(new Linear(3, 4), 1);
    linear.register_full_backward_hook(
        (module, grad_input, grad_output) -> {
          seen.add(grad_output[0].sum().item_double());
          return null;
        });
    return linear.forward(input);
  }
}
