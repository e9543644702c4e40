package org.jennit.attribution;

import static org.jennit.core.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.JennitException;
import org.jennit.composites.EpsilonPlus;
import org.jennit.core.Autograd;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Coverage;
import org.jennit.core.Inactive;
import org.jennit.core.Numeric;
import org.jennit.core.Stabilizer;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Flatten;
import org.jennit.nn.Linear;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.rules.Epsilon;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** When an attributor's composite is on the model, and what an attributor refuses. */
@Tag("lifetimes")
class AttributorLifeTest {
  private final PointerScope scope = new PointerScope();
  private final Composite composite = new EpsilonPlus();
  private Sequential model;
  private Tensor input;
  private Tensor gradient;
  private Tensor relevance;

  @BeforeEach
  void open() {
    model =
        Numeric.drawn(
            new Sequential(new Conv2d(2, 3, 2), new ReLU(), new Flatten(), new Linear(12, 4)), 1);
    input = Numeric.normal(2, 3, 2, 3, 3);
    Tensor point = input.clone().requires_grad_(true);
    gradient = Autograd.grad(model.forward(point).select(1, 2).sum(), point);
    try (CompositeContext context = composite.context(model)) {
      relevance = Autograd.grad(model.forward(point).select(1, 2).sum(), point);
      assertEquals(3, context.rules().size());
    }
    assertTrue(
        Numeric.relativeError(Numeric.values(gradient), Numeric.values(relevance)) > 0.01,
        "rules make a difference");
  }

  @AfterEach
  void close() {
    assertEquals(0, hooks(), "nothing is left on the model");
    model.close();
    scope.close();
  }

  private long hooks() {
    return model.modules().stream().mapToLong(module -> module.hooks().count()).sum();
  }

  private void assertGradientElsewhere() {
    Tensor point = input.clone().requires_grad_(true);
    Tensor plain = Autograd.grad(model.forward(point).select(1, 2).sum(), point);
    assertClose(gradient, plain, 0, "others see the model as it is");
  }

  private void assertRelevance(Attribution attribution) {
    assertClose(relevance, attribution.relevance(), 1e-13, "relevance");
  }

  @Test
  void whatIsNotOpenRegistersAroundEachCall() {
    Gradient attributor = new Gradient(model, composite);
    assertRelevance(attributor.apply(input, 2));
    assertEquals(0, hooks());
    assertRelevance(attributor.target(2).apply(input));
  }

  @Test
  void whatIsOpenIsRegisteredUntilItIsClosed() {
    Gradient attributor = new Gradient(model, composite);
    assertEquals(attributor, attributor.open());
    attributor.open();
    assertRelevance(attributor.apply(input, 2));
    assertGradientElsewhere();
    assertRelevance(attributor.apply(input, 2));
    attributor.close();
    attributor.close();
    assertRelevance(attributor.apply(input, 2));
    attributor.open();
    assertRelevance(attributor.apply(input, 2));
    attributor.close();
  }

  @Test
  void aChangedCopyIsNotOpen() {
    try (Gradient attributor = new Gradient(model, composite).open()) {
      Gradient copy = attributor.target(2);
      assertRelevance(copy.apply(input));
      copy.close();
      assertRelevance(attributor.apply(input, 2));
    }
  }

  @Test
  void aCompositeThatIsRegisteredAlreadyIsUsedAsItIs() {
    try (CompositeContext context = composite.context(model);
        Gradient attributor = new Gradient(model, composite).open()) {
      assertRelevance(attributor.apply(input, 2));
      attributor.close();
      assertRelevance(new Gradient(model, composite).apply(input, 2));
      assertEquals(3, hooks(), "the context is still open");
      assertEquals(model, context.model());
    }
  }

  @Test
  void whatAnAttributorRegisteredIsItsOwn() {
    try (Gradient attributor = new Gradient(model, composite).open()) {
      composite.remove();
      assertRelevance(attributor.apply(input, 2));
      try (CompositeContext context = composite.context(model)) {
        assertRelevance(attributor.apply(input, 2));
        assertEquals(3, context.rules().size());
      }
      assertRelevance(attributor.apply(input, 2));
    }
  }

  @Test
  void aCompositeThatIsTakenAwayIsMissed() {
    composite.register(model);
    Gradient attributor = new Gradient(model, composite).open();
    composite.remove();
    IllegalStateException refusal =
        assertThrows(IllegalStateException.class, () -> attributor.apply(input, 2));
    assertTrue(refusal.getMessage().contains("taken off the model"), refusal.getMessage());
    attributor.close();
    assertRelevance(attributor.open().apply(input, 2));
    attributor.close();
  }

  @Test
  void aClosedModelIsRefused() {
    Sequential gone = new Sequential(new Linear(2, 2));
    Gradient attributor = new Gradient(gone, composite);
    gone.close();
    assertThrows(IllegalStateException.class, () -> attributor.apply(input, 0));
    assertThrows(IllegalStateException.class, attributor::open);
    attributor.close();
  }

  @Test
  void inactiveRulesLetTheGradientPass() {
    try (Gradient attributor = new Gradient(model, composite).open()) {
      try (Inactive inactive = attributor.inactive();
          Inactive nested = attributor.inactive()) {
        assertClose(gradient, attributor.apply(input, 2).relevance(), 1e-13, "gradient");
        nested.close();
        nested.close();
        assertClose(gradient, attributor.apply(input, 2).relevance(), 1e-13, "still inactive");
        inactive.close();
        assertRelevance(attributor.apply(input, 2));
      }
      assertRelevance(attributor.apply(input, 2));
    }
  }

  @Test
  void inactiveNeedsRules() {
    refused(() -> new Gradient(model).inactive(), "there is no composite");
    refused(() -> new Gradient(model, composite).inactive(), "open() the attributor first");
  }

  private static void refused(Executable work, String message) {
    IllegalStateException refusal = assertThrows(IllegalStateException.class, work);
    assertTrue(refusal.getMessage().contains(message), refusal.getMessage());
  }

  @Test
  void wrongTargetsAreRefused() {
    Gradient attributor = new Gradient(model, composite);
    wrong(() -> attributor.apply(input, 4), "there is no target 4: the model's outputs go from 0");
    wrong(() -> attributor.apply(input, -1), "there is no target -1");
    wrong(() -> attributor.target(7).apply(input), "there is no target 7");
    wrong(() -> attributor.apply(input, 1, 2), "2 targets were given for 3 samples");
    wrong(() -> attributor.targets(input, 0, 4), "there is no target 4");
    wrong(
        () -> new Gradient(model.get_submodule("3")).apply(Numeric.normal(1, 12), 1, 2),
        "2 targets were given for 1 samples");
    try (Sequential number = Numeric.drawn(new Sequential(new org.jennit.nn.Sum()), 1)) {
      wrong(() -> new Gradient(number).apply(Numeric.normal(1, 3), 0), "the output is one number");
    }
  }

  @Test
  void wrongRelevancesOfTheOutputAreRefused() {
    Gradient attributor = new Gradient(model, composite);
    wrong(() -> attributor.apply(input, output -> null), "attr_output answered null");
    wrong(() -> attributor.apply(input, output -> new Tensor()), "attr_output answered null");
    wrong(() -> attributor.apply(input, Tensor::sum), "attr_output has the shape []");
    wrong(
        () -> attributor.apply(input, Numeric.normal(1, 4)),
        "shape [4], but the model's output has [3, 4]");
    wrong(
        () -> attributor.apply(input, output -> output.to(ScalarType.Long)),
        "a relevance is floating point");
    assertThrows(
        NullPointerException.class,
        () -> attributor.attr_output((java.util.function.UnaryOperator<Tensor>) null));
  }

  @Test
  void aRelevanceOfAnotherPrecisionIsConverted() {
    Tensor seed = Numeric.tensor(new double[] {0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0}, 3, 4);
    assertRelevance(new Gradient(model, composite).apply(input, seed.to(ScalarType.Float)));
  }

  @Test
  void wrongInputsAreRefused() {
    Gradient attributor = new Gradient(model, composite);
    assertThrows(JennitException.class, () -> attributor.apply(input.to(ScalarType.Long), 2));
    assertThrows(JennitException.class, () -> attributor.apply(input.to(ScalarType.Float), 2));
    assertThrows(JennitException.class, () -> attributor.apply(Numeric.normal(1, 3, 7), 2));
    assertThrows(NullPointerException.class, () -> attributor.apply(null, 2));
    assertRelevance(attributor.apply(input, 2));
  }

  private static void wrong(Executable work, String message) {
    JennitException refusal = assertThrows(JennitException.class, work);
    assertTrue(refusal.getMessage().contains(message), refusal.getMessage());
  }

  @Test
  void aConstantRelevanceOutlivesTheScopeOfItsMaker() {
    Gradient attributor;
    try (PointerScope inner = new PointerScope()) {
      attributor =
          new Gradient(model, composite)
              .attr_output(Numeric.tensor(new double[] {0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0}, 3, 4));
    }
    assertRelevance(attributor.apply(input));
  }

  /** The first module on relevance's way, the last in the model, hands on 0 / 0. */
  @Test
  void relevanceThatIsNotFiniteNamesTheModuleWhereItAppeared() {
    Composite unstable = unstable();
    try (Sequential zeros = zeros()) {
      Tensor ones = Numeric.tensor(new double[] {1, 1}, 1, 2);
      for (int run = 0; run < 2; run++) {
        wrong(
            () -> new Gradient(zeros, unstable).apply(ones, 0),
            "rule Epsilon of module 'middle' (Linear): its relevance is not finite");
      }
      try (Gradient open = new Gradient(zeros, unstable).open()) {
        wrong(() -> open.apply(ones, 0), "module 'middle'");
        wrong(() -> open.targets(ones, 0, 0), "module 'middle'");
      }
      Tensor passed = new Gradient(zeros, unstable).check_finite(false).apply(ones, 0).relevance();
      assertFalse(passed.isfinite().all().item_bool());
    }
  }

  private static Composite unstable() {
    return new Composite((context, name, module) -> rule(name)).coverage(Coverage.IGNORE);
  }

  private static Epsilon rule(String name) {
    return name.isEmpty() ? null : new Epsilon(new Stabilizer(0));
  }

  /** Its middle layer answers zero. */
  private static Sequential zeros() {
    Map<String, Linear> layers = new java.util.LinkedHashMap<>();
    for (String name : new String[] {"first", "middle", "last"}) {
      Linear layer = new Linear(2, 2);
      Tensor weight = Numeric.tensor(new double[] {1, 2, 3, 4}, 2, 2);
      Tensor bias = Numeric.tensor(new double[] {1, 1}, 2);
      Scalar factor = new Scalar(name.equals("middle") ? 0.0 : 1.0);
      layer.to(ScalarType.Double);
      layer.load_state_dict(Map.of("weight", weight.mul(factor), "bias", bias.mul(factor)));
      layers.put(name, layer);
    }
    return new Sequential(layers);
  }

  @Test
  void aContextThatIsOpenChecksWhereItIsAsked() {
    Composite unstable = unstable();
    Tensor ones = Numeric.tensor(new double[] {1, 1}, 1, 2);
    try (Sequential zeros = zeros();
        CompositeContext context = unstable.context(zeros)) {
      Gradient attributor = new Gradient(zeros, unstable);
      wrong(() -> attributor.apply(ones, 0), "check_finite(true) of the context");
      context.check_finite(true);
      wrong(() -> attributor.apply(ones, 0), "module 'middle'");
    }
  }

  @Test
  void finiteValuesPassWhoseSumIsNot() {
    try (Linear layer = new Linear(2, 1)) {
      layer.to(ScalarType.Double);
      Tensor weight = Numeric.tensor(new double[] {1e308, 1e308}, 1, 2);
      layer.load_state_dict(Map.of("weight", weight, "bias", Numeric.tensor(new double[] {0}, 1)));
      Tensor zeros = Numeric.tensor(new double[] {0, 0}, 1, 2);
      assertTrue(weight.equal(new Gradient(layer).apply(zeros, 0).relevance()));
    }
  }

  @Test
  void whatNoRuleMadeIsSaidToBeSo() {
    Tensor nan = Numeric.tensor(new double[] {0, 0, Double.NaN, 0}, 1, 4);
    Tensor one = input.narrow(0, 0, 1);
    wrong(() -> new Gradient(model).apply(one, nan), "no rule of a composite made them");
    input.select(0, 0).fill_(new Scalar(Double.POSITIVE_INFINITY));
    wrong(() -> new InputXGradient(model).apply(one, 0), "the model's output holds values");
    wrong(() -> new Gradient(model, composite).apply(one, 0), "the model's output holds values");
  }
}
