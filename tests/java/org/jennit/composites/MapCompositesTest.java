package org.jennit.composites;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;
import org.jennit.core.Autograd;
import org.jennit.core.Canonizer;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Coverage;
import org.jennit.core.Hook;
import org.jennit.core.Numeric;
import org.jennit.core.Stabilizer;
import org.jennit.nn.Conv1d;
import org.jennit.nn.ConvTranspose1d;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.nn.Sum;
import org.jennit.nn.Tanh;
import org.jennit.rules.Epsilon;
import org.jennit.rules.Flat;
import org.jennit.rules.Gamma;
import org.jennit.rules.Norm;
import org.jennit.rules.Pass;
import org.jennit.rules.WSquare;
import org.jennit.rules.ZPlus;
import org.jennit.types.Activation;
import org.jennit.types.Convolution;
import org.jennit.types.ConvolutionStandard;
import org.jennit.types.ConvolutionTranspose;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Rules by type, by name, for the first layer, and from several composites, as Zennit picks them.
 */
class MapCompositesTest {
  private final Sequential model =
      new Sequential(
          new Conv1d(1, 2, 1),
          new ReLU(),
          new Sequential(new ConvTranspose1d(2, 2, 1), new Tanh()),
          new Linear(3, 3));

  @AfterEach
  void close() {
    model.close();
  }

  private static LayerMapComposite.Entry type(Class<?> type, Hook hook) {
    return new LayerMapComposite.Entry(type, hook);
  }

  private static NameMapComposite.Entry name(Hook hook, String... names) {
    return new NameMapComposite.Entry(List.of(names), hook);
  }

  private void assertRules(Composite composite, String... pathsAndRules) {
    Map<String, String> expected = new TreeMap<>();
    for (int i = 0; i < pathsAndRules.length; i += 2) {
      expected.put(pathsAndRules[i], pathsAndRules[i + 1]);
    }
    // Twice, for what a module map notes belongs to one registration.
    for (int i = 0; i < 2; i++) {
      try (CompositeContext context = composite.context(model)) {
        Map<String, String> actual = new TreeMap<>();
        context.rules().forEach((path, hook) -> actual.put(path, hook.name()));
        assertEquals(expected, actual);
      }
    }
  }

  /** The types are what is tested: each composite is assigned as what it is. */
  @Test
  void coverageAnswersTheCompositesOwnType() {
    EpsilonPlus builtIn = new EpsilonPlus().coverage(Coverage.REQUIRE);
    LayerMapComposite byType = new LayerMapComposite(List.of()).coverage(Coverage.IGNORE);
    NameMapComposite byName = new NameMapComposite(List.of()).coverage(Coverage.REQUIRE);
    MixedComposite mixed = new MixedComposite(List.of(byType)).coverage(Coverage.REQUIRE);
    assertEquals(Coverage.IGNORE, byType.coverage());
    for (Composite composite : List.of(builtIn, byName, mixed)) {
      assertEquals(Coverage.REQUIRE, composite.coverage());
    }
    assertThrows(NullPointerException.class, () -> byType.coverage(null));
  }

  @Test
  void everyBuiltInCompositeStaysOfItsTypeBehindItsCoverage() throws ReflectiveOperationException {
    for (String name : Composites.all().keySet()) {
      Composite composite = Composites.of(name, new CompositeOptions().low(0).high(1));
      Class<?> type = composite.getClass();
      assertEquals(type, type.getMethod("coverage", Coverage.class).getReturnType(), name);
    }
  }

  @Test
  void theSharedLinesOfTheBuiltInComposites() {
    assertRules(new LayerMapComposite(Composites.layer_map_base()), "1", "Pass", "2.1", "Pass");
    Norm norm = (Norm) Composites.layer_map_base(new Stabilizer(0.5)).get(1).hook();
    try (PointerScope scope = new PointerScope();
        Sum sum = new Sum()) {
      Tensor terms = Numeric.tensor(new double[] {1, 2}, 1, 2).requires_grad_(true);
      norm.register(sum);
      Tensor relevance =
          Autograd.grad(sum.forward(terms), terms, Numeric.tensor(new double[] {7}, 1));
      assertEquals(1 * 7 / 3.5, Numeric.values(relevance)[0], 1e-12);
      assertEquals(2 * 7 / 3.5, Numeric.values(relevance)[1], 1e-12);
    }
  }

  @Test
  void theFirstTypeThatFitsCounts() {
    assertRules(
        new LayerMapComposite(
            List.of(
                type(ConvolutionTranspose.class, new Gamma()),
                type(Convolution.class, new ZPlus()),
                type(Tanh.class, new Norm()),
                type(Activation.class, new Pass()),
                type(ReLU.class, new Flat()))),
        "0",
        "ZPlus",
        "1",
        "Pass",
        "2.0",
        "Gamma",
        "2.1",
        "Norm");
  }

  @Test
  void aLineWithoutARuleEndsTheSearch() {
    assertRules(
        new LayerMapComposite(List.of(type(Tanh.class, null), type(Activation.class, new Pass()))),
        "1",
        "Pass");
  }

  @Test
  void containersAreAskedToo() {
    assertRules(
        new LayerMapComposite(
            List.of(type(Sequential.class, new Norm()), type(Module.class, new Epsilon()))),
        "",
        "Norm",
        "0",
        "Epsilon",
        "1",
        "Epsilon",
        "2",
        "Norm",
        "2.0",
        "Epsilon",
        "2.1",
        "Epsilon",
        "3",
        "Epsilon");
  }

  @Test
  void theFirstMapIsForOneModule() {
    assertRules(
        new SpecialFirstLayerMapComposite(
            List.of(type(Convolution.class, new ZPlus()), type(Linear.class, new Epsilon())),
            List.of(type(ConvolutionTranspose.class, new WSquare()))),
        "0",
        "ZPlus",
        "2.0",
        "WSquare",
        "3",
        "Epsilon");
    assertRules(
        new SpecialFirstLayerMapComposite(
            List.of(type(Convolution.class, new ZPlus())),
            List.of(
                type(Linear.class, new Flat()), type(ConvolutionStandard.class, new WSquare()))),
        "0",
        "WSquare",
        "2.0",
        "ZPlus");
    // A line without a rule is the first one all the same.
    assertRules(
        new SpecialFirstLayerMapComposite(
            List.of(type(Convolution.class, new ZPlus())), List.of(type(Convolution.class, null))),
        "2.0",
        "ZPlus");
  }

  @Test
  void names() {
    assertRules(
        new NameMapComposite(
            List.of(
                name(new Pass(), "1", "2.1"), name(new Epsilon(), "1", "2.0"), name(null, "3"))),
        "1",
        "Pass",
        "2.1",
        "Pass",
        "2.0",
        "Epsilon");
  }

  @Test
  void namesBeforeTypes() {
    List<LayerMapComposite.Entry> types =
        List.of(type(Convolution.class, new ZPlus()), type(Activation.class, new Pass()));
    assertRules(
        new NameLayerMapComposite(
            List.of(name(new Gamma(), "2.0"), name(null, "1"), name(new Norm(), "2")), types),
        "0",
        "ZPlus",
        "1",
        "Pass",
        "2",
        "Norm",
        "2.0",
        "Gamma",
        "2.1",
        "Pass");
  }

  @Test
  void mixedCompositesAskInOrderAndAllOfThem() {
    Composite named = new NameMapComposite(List.of(name(new Gamma(), "0")));
    Composite special =
        new SpecialFirstLayerMapComposite(
            List.of(type(Convolution.class, new ZPlus())),
            List.of(type(Convolution.class, new WSquare())));
    // The first convolution is the special one's first, though another composite has its rule.
    assertRules(new MixedComposite(List.of(named, special)), "0", "Gamma", "2.0", "ZPlus");
    assertRules(new MixedComposite(List.of(special, named)), "0", "WSquare", "2.0", "ZPlus");
    Composite other =
        new SpecialFirstLayerMapComposite(
            List.of(type(Linear.class, new Epsilon())), List.of(type(Linear.class, new Flat())));
    assertRules(
        new MixedComposite(List.of(new MixedComposite(List.of(named, special)), other)),
        "0",
        "Gamma",
        "2.0",
        "ZPlus",
        "3",
        "Flat");
    assertRules(new MixedComposite(List.of()));
  }

  @Test
  void mixedCompositesBringTheirCanonizersAfterTheirOwn() {
    List<String> log = new ArrayList<>();
    Composite mixed =
        new MixedComposite(
            List.of(
                new Composite(List.of(new Logging("b", log))),
                new NameMapComposite(List.of(), List.of(new Logging("c", log)))),
            List.of(new Logging("a", log)));
    try (CompositeContext context = mixed.context(model)) {
      assertEquals(List.of("apply a", "apply b", "apply c"), log);
    }
    assertEquals(List.of("remove c", "remove b", "remove a"), log.subList(3, 6));
  }

  private static final class Logging extends Canonizer {
    private final String name;
    private final List<String> log;

    Logging(String name, List<String> log) {
      this.name = name;
      this.log = log;
    }

    @Override
    public List<Canonizer> apply(Module root) {
      log.add("apply " + name);
      return List.of(copy());
    }

    @Override
    public void remove() {
      log.add("remove " + name);
    }

    @Override
    public Canonizer copy() {
      return new Logging(name, log);
    }
  }

  /** A user's activation. */
  private static final class Doubled extends Module implements Activation {
    @Override
    protected Tensor compute(Tensor... inputs) {
      return inputs[0].mul(new Scalar(2.0));
    }
  }

  /** A user's dense layer. */
  private static final class Dense extends Module implements org.jennit.types.Linear {
    Dense() {
      register_parameter("weight", Numeric.normal(1, 3, 3));
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      return inputs[0].matmul(get_parameter("weight").t());
    }
  }

  @Test
  void typesAreOpenToTheUsersClasses() {
    try (PointerScope scope = new PointerScope();
        Sequential own = new Sequential(new Dense(), new Doubled())) {
      Composite composite =
          new EpsilonPlus(
              new CompositeOptions().layer_map(List.of(type(Dense.class, new Epsilon(0.1)))));
      Tensor x = Numeric.normal(2, 2, 3).requires_grad_(true);
      Tensor upper = Numeric.normal(3, 2, 3);
      Tensor y = own.get_submodule("0").forward(x);
      // Pass on the activation, Epsilon on the layer.
      Tensor expected =
          x.mul(Autograd.grad(y, x, upper.div(new org.jennit.core.Stabilizer(0.1).apply(y))));
      try (CompositeContext context = composite.coverage(Coverage.REQUIRE).context(own)) {
        Numeric.assertClose(
            expected, Autograd.grad(own.forward(x), x, upper), 1e-13, "users' classes");
      }
      Composite plus =
          new LayerMapComposite(List.of(type(org.jennit.types.Linear.class, new ZPlus())));
      String message = assertThrows(JennitException.class, () -> plus.context(own)).getMessage();
      assertTrue(message.contains("module '0': rule ZPlus works on Linear"), message);
    }
  }
}
