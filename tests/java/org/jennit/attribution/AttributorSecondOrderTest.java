package org.jennit.attribution;

import static org.jennit.core.Numeric.assertClose;
import static org.jennit.core.Numeric.assertDerivative;
import static org.jennit.core.Numeric.weighted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.EpsilonGammaBox;
import org.jennit.composites.EpsilonPlus;
import org.jennit.core.Autograd;
import org.jennit.core.Composite;
import org.jennit.core.Numeric;
import org.jennit.demo.SoftplusCanonizer;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Flatten;
import org.jennit.nn.Linear;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.nn.Tanh;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Attributions with a graph, against central differences by the input and by every parameter. */
class AttributorSecondOrderTest {
  private final PointerScope scope = new PointerScope();
  private Sequential model;
  private Tensor input;

  @BeforeEach
  void open() {
    model =
        Numeric.drawn(
            new Sequential(
                new Conv2d(1, 2, 2), new Tanh(), new ReLU(), new Flatten(), new Linear(8, 3)),
            3);
    input = Numeric.normal(4, 2, 1, 3, 3).requires_grad_(true);
  }

  @AfterEach
  void close() {
    assertEquals(0, model.modules().stream().mapToLong(m -> m.hooks().count()).sum(), "hooks");
    model.close();
    scope.close();
  }

  private Tensor[] leaves() {
    List<Tensor> leaves = new ArrayList<>(List.of(input));
    leaves.addAll(model.named_parameters().values());
    return leaves.toArray(Tensor[]::new);
  }

  private static Composite composite(String name) {
    CompositeOptions swapped = new CompositeOptions().canonizers(new SoftplusCanonizer(3));
    return switch (name) {
      case "none" -> null;
      case "EpsilonPlus" -> new EpsilonPlus();
      case "EpsilonPlus with swapped ReLUs" -> new EpsilonPlus(swapped);
      case "EpsilonGammaBox" -> new EpsilonGammaBox(swapped.low(-4).high(4));
      case "swapped ReLUs" -> new Composite(List.of(new SoftplusCanonizer(3)));
      default -> throw new AssertionError(name);
    };
  }

  @TestFactory
  Stream<DynamicTest> gradientsUnderComposites() {
    return Stream.of(
            "none",
            "EpsilonPlus",
            "EpsilonPlus with swapped ReLUs",
            "EpsilonGammaBox",
            "swapped ReLUs")
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name,
                    () -> {
                      Gradient attributor =
                          new Gradient(model, composite(name)).create_graph(true).target(1);
                      // The composite is off the model again when the relevance is differentiated.
                      assertDerivative(
                          () -> weighted(attributor.apply(input).relevance().square(), 9),
                          name,
                          leaves());
                      try (Gradient open = attributor.open()) {
                        assertDerivative(
                            () -> weighted(open.apply(input).relevance().square(), 9),
                            name + ", open",
                            leaves());
                      }
                    }));
  }

  @TestFactory
  Stream<DynamicTest> everyAttributor() {
    Composite composite = composite("EpsilonPlus with swapped ReLUs");
    Map<String, GradientAttributor<?>> attributors = new LinkedHashMap<>();
    attributors.put("InputXGradient", new InputXGradient(model, composite).create_graph(true));
    attributors.put("Saliency", new Saliency(model, composite).create_graph(true));
    attributors.put(
        "IntegratedGradients",
        new IntegratedGradients(model, composite)
            .n_iter(3)
            .baseline_fn(x -> x.detach().mul(new Scalar(0.0)).sub(new Scalar(1.0)))
            .create_graph(true));
    attributors.put("SmoothGrad", new SmoothGrad(model, composite).n_iter(3).create_graph(true));
    attributors.put("GradCAM", new GradCAM(model, composite, "1").create_graph(true));
    attributors.put(
        "GradCAM, upsampled", new GradCAM(model, composite, "1").upsample(true).create_graph(true));
    return attributors.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () ->
                        assertDerivative(
                            () -> {
                              torch.manual_seed(5);
                              Attribution attribution = entry.getValue().apply(input, 2);
                              assertTrue(attribution.relevance().requires_grad());
                              assertTrue(attribution.relevance().count_nonzero().item_long() > 0);
                              return weighted(attribution.relevance(), 8);
                            },
                            entry.getKey(),
                            leaves())));
  }

  @Test
  void manyTargets() {
    Gradient attributor =
        new Gradient(model, composite("EpsilonPlus with swapped ReLUs")).create_graph(true);
    assertDerivative(
        () -> weighted(attributor.targets(input, 2, 0).relevance(), 8), "targets", leaves());
  }

  @Test
  void relevanceAtLayers() {
    Gradient attributor =
        new Gradient(model, composite("EpsilonPlus with swapped ReLUs"))
            .layers("0", "2")
            .create_graph(true);
    assertDerivative(
        () -> {
          Attribution attribution = attributor.apply(input, 1);
          return weighted(attribution.layer("0"), 8).add(weighted(attribution.layer("2"), 7));
        },
        "layers",
        leaves());
  }

  @Test
  void aLossOfRelevanceAndOutputs() {
    Gradient attributor =
        new Gradient(model, composite("EpsilonPlus with swapped ReLUs")).create_graph(true);
    Supplier<Tensor> loss =
        () -> {
          Attribution attribution = attributor.apply(input, 1);
          return weighted(attribution.relevance(), 8).mul(weighted(attribution.output(), 7));
        };
    assertDerivative(loss, "mixed", leaves());
  }

  /** The output is its own relevance, and that is differentiated too. */
  @Test
  void relevanceThatDependsOnTheOutput() {
    Gradient attributor =
        new Gradient(model, composite("EpsilonPlus with swapped ReLUs"))
            .create_graph(true)
            .attr_output(Tensor::square);
    assertDerivative(
        () -> weighted(attributor.apply(input).relevance(), 8), "function of the output", leaves());
  }

  @Test
  void anInputThatNeedsNoGradientIsLeftSo() {
    Gradient attributor =
        new Gradient(model, composite("EpsilonPlus with swapped ReLUs")).create_graph(true);
    Tensor plain = Numeric.normal(4, 2, 1, 3, 3);
    List<Tensor> parameters = new ArrayList<>(model.named_parameters().values());
    assertDerivative(
        () -> weighted(attributor.apply(plain, 1).relevance(), 8),
        "by the parameters",
        parameters.toArray(Tensor[]::new));
    assertFalse(plain.requires_grad());
  }

  /** The point of the chain may itself be computed: the derivative goes on through it. */
  @Test
  void anInputThatWasComputedHandsItsDerivativeOn() {
    Gradient attributor = new Gradient(model, composite("swapped ReLUs")).create_graph(true);
    assertDerivative(
        () -> weighted(attributor.apply(input.mul(input), 1).relevance(), 8),
        "through a square",
        leaves());
  }

  @Test
  void aRetainedGraphTakesAnotherPass() {
    Gradient attributor = new Gradient(model, composite("EpsilonPlus")).retain_graph(true);
    Attribution attribution = attributor.apply(input, 1);
    assertFalse(attribution.relevance().requires_grad(), "no graph of the relevance");
    Tensor again =
        Autograd.grad(attribution.output().select(1, 1).sum(), input, Autograd.RETAIN_GRAPH);
    assertClose(attribution.relevance(), again, 1e-13, "the same relevance once more");
  }

  @Test
  void withoutEitherThereIsNoGraph() {
    Attribution attribution = new Gradient(model, composite("EpsilonPlus")).apply(input, 1);
    assertFalse(attribution.relevance().requires_grad());
    assertFalse(attribution.output().requires_grad());
  }

  @Test
  void valuesAreThoseWithoutAGraph() {
    for (String name : List.of("none", "EpsilonPlus", "EpsilonGammaBox")) {
      Gradient plain = new Gradient(model, composite(name)).layers("1");
      Attribution expected = plain.apply(input, 2);
      Attribution recorded = plain.create_graph(true).apply(input, 2);
      assertClose(expected.relevance(), recorded.relevance(), 1e-13, name);
      assertClose(expected.layer("1"), recorded.layer("1"), 1e-13, name + ", layer");
      assertClose(expected.output(), recorded.output(), 0, name + ", output");
    }
  }
}
