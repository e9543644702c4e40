package org.jennit.attribution;

import static org.jennit.core.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.EpsilonGammaBox;
import org.jennit.composites.EpsilonPlus;
import org.jennit.composites.EpsilonPlusFlat;
import org.jennit.core.Autograd;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Numeric;
import org.jennit.demo.SoftplusCanonizer;
import org.jennit.nn.Conv2d;
import org.jennit.nn.ConvOptions;
import org.jennit.nn.Flatten;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.RemovableHandle;
import org.jennit.nn.Sequential;
import org.jennit.nn.Softplus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many targets of one forward pass, and the relevance at layers of the same pass. */
class TargetsAndLayersTest {
  private static final double TOLERANCE = 1e-12;

  private final PointerScope scope = new PointerScope();
  private Sequential model;
  private Tensor input;

  @BeforeEach
  void open() {
    model =
        Numeric.drawn(
            new Sequential(
                new Sequential(
                    new Conv2d(new ConvOptions(2, 4, 2)),
                    new ReLU(),
                    new Conv2d(new ConvOptions(4, 4, 2)),
                    new ReLU()),
                new Flatten(),
                new Linear(16, 5)),
            1);
    input = Numeric.normal(2, 3, 2, 4, 4);
  }

  @AfterEach
  void close() {
    assertEquals(0, model.modules().stream().mapToLong(m -> m.hooks().count()).sum(), "hooks");
    model.close();
    scope.close();
  }

  private static List<Composite> composites() {
    List<Composite> composites = new ArrayList<>();
    composites.add(null);
    composites.add(new EpsilonPlus());
    composites.add(new EpsilonPlusFlat());
    composites.add(new EpsilonGammaBox(new CompositeOptions().low(-4).high(4)));
    return composites;
  }

  /** The relevance that the composite gives in a pass of its own. */
  private Tensor relevance(Composite composite, long target) {
    if (composite == null) {
      return relevance(target);
    }
    try (CompositeContext context = composite.context(model)) {
      assertEquals(model, context.model());
      return relevance(target);
    }
  }

  private Tensor relevance(long target) {
    Tensor point = input.clone().requires_grad_(true);
    return Autograd.grad(model.forward(point).select(1, target).sum(), point);
  }

  @Test
  void manyTargetsAreOneForwardPass() {
    AtomicInteger forwards = new AtomicInteger();
    long[] targets = {0, 1, 2, 3, 4, 1};
    for (Composite composite : composites()) {
      Gradient attributor = new Gradient(model, composite);
      try (RemovableHandle root = counter(model, forwards);
          RemovableHandle conv = counter(model.get_submodule("0.2"), forwards)) {
        forwards.set(0);
        Attribution attribution = attributor.targets(input, targets);
        assertEquals(2, forwards.get(), "one call of the model and one of its layer");
        assertArrayEquals(new long[] {6, 3, 2, 4, 4}, attribution.relevance().shape());
        assertFalse(attribution.relevance().requires_grad());
        assertClose(model.forward(input), attribution.output(), 0, "output");
        for (int k = 0; k < targets.length; k++) {
          assertClose(
              relevance(composite, targets[k]),
              attribution.relevance().select(0, k),
              TOLERANCE,
              "target " + targets[k] + " of " + composite);
        }
      }
    }
  }

  private static RemovableHandle counter(Module module, AtomicInteger count) {
    return module.register_forward_hook(
        (m, inputs, outputs) -> {
          count.incrementAndGet();
          return null;
        });
  }

  @Test
  void manyTargetsAreThoseOfOneByOneInFloat() {
    model.to(torch.ScalarType.Float);
    Tensor x = input.to(torch.ScalarType.Float);
    try (Gradient attributor = new Gradient(model, new EpsilonPlus()).open()) {
      Tensor all = attributor.targets(x, 3, 0).relevance();
      assertClose(attributor.apply(x, 3).relevance(), all.select(0, 0), 1e-6, "first");
      assertClose(attributor.apply(x, 0).relevance(), all.select(0, 1), 1e-6, "second");
    }
  }

  @Test
  void oneTargetIsABatchOfOne() {
    Attribution attribution = new Gradient(model, new EpsilonPlus()).targets(input, 2);
    assertArrayEquals(new long[] {1, 3, 2, 4, 4}, attribution.relevance().shape());
    assertClose(
        relevance(new EpsilonPlus(), 2),
        attribution.relevance().select(0, 0),
        TOLERANCE,
        "relevance");
  }

  /**
   * What LibTorch's autograd gives at tensors inside the model: the second half of the model is run
   * by hand on a leaf, under the same rules.
   */
  @Test
  void layersHoldTheRelevanceAtTheirOutputs() {
    for (Composite composite : composites()) {
      AtomicInteger forwards = new AtomicInteger();
      Attribution attribution;
      try (RemovableHandle root = counter(model, forwards)) {
        attribution = new Gradient(model, composite).layers("0.1", "0", "2", "0.1").apply(input, 3);
      }
      assertEquals(1, forwards.get(), "the same pass");
      assertEquals(List.of("0.1", "0", "2"), List.copyOf(attribution.layers().keySet()));
      assertClose(relevance(composite, 3), attribution.relevance(), TOLERANCE, "input");
      try (CompositeContext context = composite == null ? null : composite.context(model)) {
        assertEquals(composite != null, context != null);
        Tensor hidden = named("0.1").forward(named("0.0").forward(input));
        assertClose(at(hidden, "0.2", "0.3", "1", "2"), attribution.layer("0.1"), TOLERANCE, "0.1");
        Tensor features = model.get_submodule("0").forward(input);
        assertClose(at(features, "1", "2"), attribution.layer("0"), TOLERANCE, "0");
      }
      Tensor seed = torch.zeros_like(attribution.output());
      seed.select(1, 3).fill_(new Scalar(1.0));
      assertClose(seed, attribution.layer("2"), 0, "the output's own relevance");
    }
  }

  private Module named(String path) {
    return model.get_submodule(path);
  }

  private Tensor at(Tensor value, String... rest) {
    Tensor leaf = value.detach().clone().requires_grad_(true);
    Tensor output = leaf;
    for (String path : rest) {
      output = named(path).forward(output);
    }
    return Autograd.grad(output.select(1, 3).sum(), leaf);
  }

  /** Calls one layer twice. */
  private static final class Twice extends Module {
    Twice(Module layer) {
      register_module("layer", layer);
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      Module layer = get_submodule("layer");
      return layer.forward(layer.forward(inputs[0]));
    }
  }

  @Test
  void aLayerThatIsCalledTwiceHasTwoRelevances() {
    try (Twice twice = Numeric.drawn(new Twice(new Linear(3, 3)), 4)) {
      Tensor x = Numeric.normal(5, 2, 3);
      Attribution attribution = new Gradient(twice).layers("layer").apply(x, 1);
      Tensor weight = twice.get_submodule("layer").named_parameters().get("weight").detach();
      Tensor row = weight.select(0, 1).unsqueeze(0).expand(2, 3);
      assertEquals(2, attribution.layers().get("layer").size());
      assertClose(row, attribution.layers().get("layer").get(0), TOLERANCE, "first call");
      assertClose(row.matmul(weight), attribution.relevance(), TOLERANCE, "input");
      IllegalStateException refusal =
          assertThrows(IllegalStateException.class, () -> attribution.layer("layer"));
      assertTrue(refusal.getMessage().contains("called 2 times"), refusal.getMessage());
      assertThrows(JennitException.class, () -> new GradCAM(twice, "layer").apply(x, 1));
    }
  }

  /** What a layer answers may be changed in place by the next: what was captured is not. */
  @Test
  void layersBeforeInPlaceOnesKeepTheirValues() {
    try (Sequential inPlace =
        Numeric.drawn(new Sequential(new Linear(3, 4), new ReLU(true), new Linear(4, 2)), 2)) {
      Tensor x = Numeric.normal(3, 2, 3);
      Attribution attribution =
          new Gradient(inPlace, new EpsilonPlus()).layers("0", "1").apply(x, 0);
      // Pass hands on what comes to the activation.
      assertClose(attribution.layer("1"), attribution.layer("0"), 0, "in place");
      Tensor plain = new Gradient(inPlace, new EpsilonPlus()).apply(x, 0).relevance();
      assertClose(plain, attribution.relevance(), TOLERANCE, "input");
    }
  }

  @Test
  void layersAreThoseThatCanonizersLeave() {
    Composite composite = new Composite(List.of(new SoftplusCanonizer(5)));
    Attribution attribution = new Gradient(model, composite).layers("0.3").apply(input, 0);
    try (Sequential swapped =
        new Sequential(named("0.0"), new Softplus(5), named("0.2"), new Softplus(5))) {
      Tensor leaf = swapped.forward(input).detach().clone().requires_grad_(true);
      Tensor output = named("2").forward(named("1").forward(leaf));
      assertClose(
          Autograd.grad(output.select(1, 0).sum(), leaf),
          attribution.layer("0.3"),
          TOLERANCE,
          "after the softplus");
      for (String name : List.of("0", "2")) {
        swapped.unregister_module(name);
      }
    }
  }

  @Test
  void unknownLayersAreRefusedAndNothingStays() {
    Gradient attributor = new Gradient(model, new EpsilonPlus()).layers("0.1", "0.9");
    for (int run = 0; run < 2; run++) {
      IllegalArgumentException refusal =
          assertThrows(IllegalArgumentException.class, () -> attributor.apply(input, 0));
      assertTrue(
          refusal.getMessage().contains("no module '0.9'; did you mean '0"), refusal.getMessage());
    }
    assertThrows(IllegalArgumentException.class, attributor::open);
    attributor.close();
    assertEquals(0, model.modules().stream().mapToLong(m -> m.hooks().count()).sum(), "hooks");
    try (Attribution attribution = new Gradient(model).layers("0").apply(input, 0)) {
      IllegalArgumentException refusal =
          assertThrows(IllegalArgumentException.class, () -> attribution.layer("1"));
      assertTrue(refusal.getMessage().contains("only at [0]"), refusal.getMessage());
    }
  }

  /** Leaves its child out. */
  private static final class Skipping extends Module {
    Skipping() {
      register_module("unused", new Linear(3, 3));
      register_module("constant", new Linear(3, 3));
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      Tensor constant = get_submodule("constant").forward(torch.ones_like(inputs[0]).detach());
      return inputs[0].mul(constant);
    }
  }

  @Test
  void layersThatHaveNoPartInTheForwardAreRefused() {
    try (Skipping skipping = Numeric.drawn(new Skipping(), 1)) {
      Tensor x = Numeric.normal(3, 2, 3);
      JennitException unused =
          assertThrows(
              JennitException.class, () -> new Gradient(skipping).layers("unused").apply(x, 0));
      assertTrue(unused.getMessage().contains("'unused' was not called"), unused.getMessage());
      skipping.requires_grad_(false);
      JennitException constant =
          assertThrows(
              JennitException.class, () -> new Gradient(skipping).layers("constant").apply(x, 0));
      assertTrue(
          constant.getMessage().contains("'constant' does not depend on the input"),
          constant.getMessage());
    }
  }

  @Test
  void anAttributionFreesWhatItHolds() {
    Attribution attribution = new Gradient(model).layers("0.1").apply(input, 0);
    Map<String, List<Tensor>> layers = attribution.layers();
    attribution.close();
    attribution.close();
    assertTrue(attribution.output().isNull());
    assertTrue(attribution.relevance().isNull());
    assertTrue(layers.get("0.1").get(0).isNull());
    assertThrows(
        UnsupportedOperationException.class, () -> layers.put("0.2", List.of()), "unmodifiable");
  }
}
