package org.jennit.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.canonizers.SequentialMergeBatchNorm;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.Composites;
import org.jennit.composites.EpsilonGammaBox;
import org.jennit.demo.SoftplusCanonizer;
import org.jennit.nn.AvgPool2d;
import org.jennit.nn.BatchNorm2d;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Flatten;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.nn.Tanh;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** First and second derivatives through whole trees, reshaped or not, by input and parameters. */
class TreeGradientTest {

  /** A block in Java with a parameter of its own, whose children are called twice and by name. */
  private static final class Block extends Module {
    Block() {
      register_parameter("scale", Numeric.tensor(new double[] {0.7, -1.3}, 1, 2, 1, 1));
      register_module("conv", new Conv2d(2, 2, 3, 1, 1));
      register_module("relu", new ReLU());
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      Module conv = get_submodule("conv");
      Module relu = get_submodule("relu");
      Tensor once = relu.forward(conv.forward(inputs[0]));
      return relu.forward(conv.forward(once)).mul(get_parameter("scale")).add(inputs[0]);
    }
  }

  private static Sequential model() {
    Sequential model =
        Numeric.drawn(
            new Sequential(
                new Conv2d(1, 2, 3, 1, 1),
                new BatchNorm2d(2),
                new ReLU(),
                new Sequential(new Block(), new AvgPool2d(2)),
                new Flatten(),
                new Linear(8, 3)),
            2);
    model.eval();
    return model;
  }

  private static Tensor input(long seed) {
    return Numeric.normal(seed, 2, 1, 4, 4).requires_grad_(true);
  }

  private static Tensor[] leaves(Module model, Tensor input) {
    List<Tensor> leaves = new ArrayList<>(List.of(input));
    leaves.addAll(model.named_parameters().values());
    return leaves.toArray(Tensor[]::new);
  }

  private static void assertDerivatives(Module model, Composite composite, Tensor input) {
    Tensor upper = Numeric.normal(9, 2, 3);
    Numeric.assertDerivative(
        () -> {
          try (CompositeContext context = composite.context(model)) {
            return Numeric.weighted(model.forward(input).square(), 3);
          }
        },
        "first",
        leaves(model, input));
    Numeric.assertDerivative(
        () -> {
          try (CompositeContext context = composite.context(model)) {
            Tensor output = model.forward(input);
            return Numeric.weighted(Autograd.grad(output, input, upper, Autograd.CREATE_GRAPH), 5);
          }
        },
        "second",
        leaves(model, input));
  }

  private static Map<String, double[]> state(Module model) {
    Map<String, double[]> state = new LinkedHashMap<>();
    model.state_dict().forEach((name, tensor) -> state.put(name, Numeric.values(tensor)));
    return state;
  }

  @TestFactory
  Stream<DynamicTest> derivativesWithAndWithoutSwappedChildren() {
    Map<String, Supplier<List<Canonizer>>> canonizers = new LinkedHashMap<>();
    canonizers.put("as it is", List::of);
    canonizers.put("ReLUs swapped", () -> List.of(new SoftplusCanonizer(3)));
    canonizers.put("batch norms merged", () -> List.of(new SequentialMergeBatchNorm()));
    canonizers.put("both", () -> List.of(new SoftplusCanonizer(3), new SequentialMergeBatchNorm()));
    return canonizers.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () -> {
                      try (PointerScope scope = new PointerScope();
                          Sequential model = model()) {
                        assertUntouched(model, new Composite(entry.getValue().get()));
                      }
                    }));
  }

  private static void assertUntouched(Module model, Composite composite) {
    Map<String, double[]> before = state(model);
    Map<String, Module> modules = model.named_modules();
    Tensor input = input(1);
    double[] output = Numeric.values(model.forward(input));
    try (CompositeContext context = composite.context(model)) {
      assertEquals(List.copyOf(modules.keySet()), List.copyOf(model.named_modules().keySet()));
      assertState(before, model);
    }
    assertDerivatives(model, composite, input);
    assertEquals(List.copyOf(modules.keySet()), List.copyOf(model.named_modules().keySet()));
    modules.forEach((path, module) -> assertSame(module, model.get_submodule(path)));
    assertState(before, model);
    Numeric.assertClose(output, Numeric.values(model.forward(input)), 0, "output");
  }

  private static void assertState(Map<String, double[]> expected, Module model) {
    Map<String, double[]> actual = state(model);
    assertEquals(List.copyOf(expected.keySet()), List.copyOf(actual.keySet()));
    expected.forEach((name, values) -> Numeric.assertClose(values, actual.get(name), 0, name));
  }

  /** The relevance of every composite, canonized, with every ReLU a Softplus, differentiated. */
  @TestFactory
  Stream<DynamicTest> relevancesOfEveryComposite() {
    return Composites.all().keySet().stream()
        .flatMap(
            name ->
                Stream.of(false, true)
                    .map(
                        canonized ->
                            DynamicTest.dynamicTest(
                                name + (canonized ? ", canonized" : ""),
                                () -> differentiate(name, canonized))));
  }

  private static void differentiate(String name, boolean canonized) {
    CompositeOptions options =
        new CompositeOptions().low(-4).high(4).epsilon(0.5).stabilizer(0.5).beta_smooth(3);
    if (canonized) {
      options.canonizers(new SequentialMergeBatchNorm(), new SoftplusCanonizer(3));
    }
    try (PointerScope scope = new PointerScope();
        Sequential model = model()) {
      Tensor input = input(1);
      Composite composite = Composites.of(name, options).coverage(Coverage.IGNORE);
      Tensor upper = Numeric.normal(9, 2, 3).requires_grad_(true);
      List<Tensor> leaves = new ArrayList<>(List.of(leaves(model, input)));
      leaves.add(upper);
      Numeric.assertDerivative(
          () -> {
            // Merged parameters are those of the registration: one for each value.
            try (CompositeContext context = composite.context(model)) {
              Tensor output = model.forward(input);
              Tensor relevance = Autograd.grad(output, input, upper, Autograd.CREATE_GRAPH);
              return Numeric.weighted(relevance, 5).add(Numeric.weighted(output.square(), 7));
            }
          },
          name,
          leaves.toArray(Tensor[]::new));
    }
  }

  @Test
  void threadsShareOneReshapedModel() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(16);
    Composite composite =
        new EpsilonGammaBox(
            new CompositeOptions()
                .low(-4)
                .high(4)
                .canonizers(new SequentialMergeBatchNorm(), new SoftplusCanonizer(3)));
    try (Sequential model = model();
        CompositeContext context = composite.context(model)) {
      List<List<double[]>> alone = new ArrayList<>();
      for (int seed = 0; seed < 16; seed++) {
        alone.add(attributed(model, seed));
      }
      List<Future<List<double[]>>> together = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        int seed = i % 16;
        together.add(pool.submit(() -> attributed(model, seed)));
      }
      for (int i = 0; i < 64; i++) {
        for (int part = 0; part < 3; part++) {
          Numeric.assertClose(
              alone.get(i % 16).get(part), together.get(i).get().get(part), 0, "part " + part);
        }
      }
    } finally {
      pool.shutdownNow();
    }
  }

  /** A relevance, a recorded relevance, and its derivative. */
  private static List<double[]> attributed(Module model, int seed) {
    try (PointerScope scope = new PointerScope()) {
      Tensor input = input(seed);
      Tensor upper = Numeric.normal(100 + seed, 2, 3);
      Tensor relevance = Autograd.grad(model.forward(input), input, upper);
      Tensor recorded = Autograd.grad(model.forward(input), input, upper, Autograd.CREATE_GRAPH);
      Tensor derivative = Autograd.grad(Numeric.weighted(recorded.square(), 3), input);
      return List.of(
          Numeric.values(relevance), Numeric.values(recorded), Numeric.values(derivative));
    }
  }

  @Test
  void aSwapBetweenForwardAndBackwardLeavesTheGraphAlone() {
    try (PointerScope scope = new PointerScope();
        Sequential model = model()) {
      Tensor input = input(1);
      Tensor upper = Numeric.normal(9, 2, 3);
      Tensor expected = Autograd.grad(model.forward(input), input, upper);
      Tensor output = model.forward(input);
      Module relu = model.replace_module("2", new Tanh());
      Numeric.assertClose(expected, Autograd.grad(output, input, upper), 0, "of the old forward");
      relu.close();
    }
  }
}
