package org.jennit.composites;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.canonizers.SequentialMergeBatchNorm;
import org.jennit.core.Autograd;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Coverage;
import org.jennit.core.Hook;
import org.jennit.core.Numeric;
import org.jennit.core.Stabilizer;
import org.jennit.nn.AvgPool2d;
import org.jennit.nn.BatchNorm2d;
import org.jennit.nn.Conv2d;
import org.jennit.nn.ConvTranspose2d;
import org.jennit.nn.Dropout;
import org.jennit.nn.Flatten;
import org.jennit.nn.LeakyReLU;
import org.jennit.nn.Linear;
import org.jennit.nn.MaxPool2d;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.nn.Sum;
import org.jennit.nn.Unflatten;
import org.jennit.rules.AlphaBeta;
import org.jennit.rules.Epsilon;
import org.jennit.rules.Flat;
import org.jennit.rules.Gamma;
import org.jennit.rules.Norm;
import org.jennit.rules.Pass;
import org.jennit.rules.ReLUBetaSmooth;
import org.jennit.rules.ReLUDeconvNet;
import org.jennit.rules.ReLUGuidedBackprop;
import org.jennit.rules.WSquare;
import org.jennit.rules.ZBox;
import org.jennit.rules.ZPlus;
import org.jennit.types.Activation;
import org.jennit.types.Convolution;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Which rule each module gets from each built-in composite, and that every option reaches it. */
class CompositeRulesTest {

  private static Sequential model() {
    Sequential model =
        Numeric.drawn(
            new Sequential(
                new Conv2d(1, 3, 3, 1, 1),
                new BatchNorm2d(3),
                new ReLU(),
                new MaxPool2d(2),
                new ConvTranspose2d(3, 2, 2),
                new LeakyReLU(0.1),
                new AvgPool2d(2),
                new Flatten(),
                new Linear(2, 8),
                new Dropout(),
                new Unflatten(1, 4, 2),
                new Sum(),
                new ReLU(),
                new Linear(4, 3)),
            1);
    model.eval();
    return model;
  }

  private static final String[] CONVOLUTIONS = {"0", "4"};
  private static final String[] LINEARS = {"8", "13"};

  private static Map<String, Hook> rules() {
    return new LinkedHashMap<>();
  }

  /** What Zennit's base gives: activations and batch norms pass, sums and averages share. */
  private static Map<String, Hook> base(Stabilizer stabilizer) {
    Map<String, Hook> rules = rules();
    put(rules, new Pass(), "1", "2", "5", "12");
    put(rules, new Norm(stabilizer), "6", "11");
    return rules;
  }

  private static Map<String, Hook> put(Map<String, Hook> rules, Hook hook, String... names) {
    for (String name : names) {
      rules.put(name, hook);
    }
    return rules;
  }

  private static final Stabilizer EPSILON = new Stabilizer(0.5);
  private static final Stabilizer STABILIZER = new Stabilizer(0.3).withClip(true);
  private static final List<String> ZERO = List.of("bias");

  private static CompositeOptions options() {
    return new CompositeOptions()
        .epsilon(EPSILON)
        .stabilizer(STABILIZER)
        .gamma(0.7)
        .beta_smooth(3)
        .low(-4)
        .high(5)
        .zero_params("bias");
  }

  /** What each composite is, in Zennit where it has it, with these options. */
  private static Map<String, Map<String, Hook>> expected() {
    Map<String, Map<String, Hook>> expected = new LinkedHashMap<>();
    expected.put("epsilon_gamma_box", dense(new Gamma(0.7, STABILIZER, ZERO)));
    expected.get("epsilon_gamma_box").put("0", new ZBox(-4, 5, STABILIZER, ZERO));
    expected.put("epsilon_plus", dense(new ZPlus(STABILIZER, ZERO)));
    expected.put("epsilon_alpha2_beta1", dense(new AlphaBeta(2, 1, STABILIZER, ZERO)));
    expected.put("epsilon_plus_flat", dense(new ZPlus(STABILIZER, ZERO)));
    expected.get("epsilon_plus_flat").put("0", new Flat(STABILIZER, ZERO));
    expected.put("epsilon_alpha2_beta1_flat", dense(new AlphaBeta(2, 1, STABILIZER, ZERO)));
    expected.get("epsilon_alpha2_beta1_flat").put("0", new Flat(STABILIZER, ZERO));
    // Without attention these two are one: epsilon everywhere.
    for (String name : List.of("attnlrp", "cplrp")) {
      Map<String, Hook> everywhere = put(base(EPSILON), new Epsilon(EPSILON, ZERO), CONVOLUTIONS);
      expected.put(name, put(everywhere, new Epsilon(EPSILON, ZERO), LINEARS));
    }
    expected.put("deconvnet", put(rules(), new ReLUDeconvNet(), "2", "12"));
    expected.put("guided_backprop", put(rules(), new ReLUGuidedBackprop(), "2", "12"));
    expected.put("beta_smooth", put(rules(), new ReLUBetaSmooth(3), "2", "12"));
    Map<String, Hook> excitation = put(rules(), new Norm(STABILIZER), "6", "11");
    put(excitation, new ZPlus(STABILIZER, ZERO), CONVOLUTIONS);
    expected.put("excitation_backprop", put(excitation, new ZPlus(STABILIZER, ZERO), LINEARS));
    return expected;
  }

  private static Map<String, Hook> dense(Hook convolution) {
    Map<String, Hook> rules = put(base(STABILIZER), convolution, CONVOLUTIONS);
    return put(rules, new Epsilon(EPSILON, ZERO), LINEARS);
  }

  @Test
  void allNamesAreKnown() {
    assertEquals(Composites.all().keySet(), new java.util.TreeSet<>(expected().keySet()));
  }

  @TestFactory
  Stream<DynamicTest> everyCompositeWithAllOptions() {
    return expected().entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () -> same(Composites.of(entry.getKey(), options()), entry.getValue())));
  }

  private static void same(Composite composite, Map<String, Hook> expected) {
    try (PointerScope scope = new PointerScope();
        Sequential model = model()) {
      double[] relevance = relevance(model, composite, names(expected));
      Composite byHand =
          new Composite((context, name, module) -> expected.get(name)).coverage(Coverage.IGNORE);
      Numeric.assertClose(
          relevance(model, byHand, names(expected)), relevance, 0, "the same relevance");
    }
  }

  private static Map<String, String> names(Map<String, Hook> rules) {
    Map<String, String> names = new java.util.TreeMap<>();
    rules.forEach((path, hook) -> names.put(path, hook.name()));
    return names;
  }

  private static double[] relevance(
      Module model, Composite composite, Map<String, String> expected) {
    Tensor input = Numeric.normal(3, 2, 1, 4, 4).requires_grad_(true);
    try (CompositeContext context = composite.context(model)) {
      assertEquals(expected, names(context.rules()));
      Tensor output = model.forward(input);
      return Numeric.values(Autograd.grad(output, input, Numeric.normal(4, output.shape())));
    }
  }

  @TestFactory
  Stream<DynamicTest> defaultsAreZennits() {
    Stabilizer small = new Stabilizer(1e-6);
    Map<String, Hook> gamma = put(base(small), new Gamma(0.25, small, List.of()), "4");
    gamma.put("0", new ZBox(-1, 1, small, List.of()));
    Map<String, Hook> plus = put(base(small), new ZPlus(small, List.of()), CONVOLUTIONS);
    Map<String, Hook> alpha = put(base(small), new AlphaBeta(2, 1, small, List.of()), CONVOLUTIONS);
    Map<String, Hook> plusFlat = put(new LinkedHashMap<>(plus), new Flat(small), "0");
    Map<String, Hook> alphaFlat = put(new LinkedHashMap<>(alpha), new Flat(small), "0");
    for (Map<String, Hook> rules : List.of(gamma, plus, alpha, plusFlat, alphaFlat)) {
      put(rules, new Epsilon(small, List.of()), LINEARS);
    }
    Map<String, Hook> excitation = put(rules(), new Norm(small), "6", "11");
    put(excitation, new ZPlus(small, List.of()), CONVOLUTIONS);
    put(excitation, new ZPlus(small, List.of()), LINEARS);
    Map<Composite, Map<String, Hook>> expected = new LinkedHashMap<>();
    expected.put(new EpsilonGammaBox(-1, 1), gamma);
    expected.put(new EpsilonPlus(), plus);
    expected.put(new EpsilonAlpha2Beta1(), alpha);
    expected.put(new EpsilonPlusFlat(), plusFlat);
    expected.put(new EpsilonAlpha2Beta1Flat(), alphaFlat);
    expected.put(new DeconvNet(), put(rules(), new ReLUDeconvNet(), "2", "12"));
    expected.put(new GuidedBackprop(), put(rules(), new ReLUGuidedBackprop(), "2", "12"));
    expected.put(new BetaSmooth(), put(rules(), new ReLUBetaSmooth(10), "2", "12"));
    expected.put(new ExcitationBackprop(), excitation);
    return expected.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey().getClass().getSimpleName(),
                    () -> same(entry.getKey(), entry.getValue())));
  }

  @TestFactory
  Stream<DynamicTest> ownLinesComeFirst() {
    return Composites.all().keySet().stream()
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name,
                    () -> {
                      CompositeOptions options =
                          options()
                              .layer_map(
                                  List.of(
                                      new LayerMapComposite.Entry(MaxPool2d.class, new Epsilon(1)),
                                      new LayerMapComposite.Entry(Activation.class, null)));
                      Map<String, Hook> expected = expected().get(name);
                      put(expected, new Epsilon(1), "3");
                      expected.keySet().removeAll(List.of("2", "5", "12"));
                      same(Composites.of(name, options), expected);
                    }));
  }

  @TestFactory
  Stream<DynamicTest> ownLinesForTheFirstLayerComeFirst() {
    return Stream.of("epsilon_gamma_box", "epsilon_plus_flat", "epsilon_alpha2_beta1_flat")
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name,
                    () -> {
                      CompositeOptions options =
                          options()
                              .first_map(
                                  List.of(
                                      new LayerMapComposite.Entry(
                                          Convolution.class, new WSquare(STABILIZER))));
                      Map<String, Hook> expected = expected().get(name);
                      put(expected, new WSquare(STABILIZER), "0");
                      same(Composites.of(name, options), expected);
                    }));
  }

  @TestFactory
  Stream<DynamicTest> canonizersAreApplied() {
    return Composites.all().keySet().stream()
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name,
                    () -> {
                      try (Sequential model = model()) {
                        Composite composite =
                            Composites.of(
                                name, options().canonizers(new SequentialMergeBatchNorm()));
                        try (CompositeContext context = composite.context(model)) {
                          assertTrue(model.get_submodule("1").is_overridden());
                        }
                      }
                    }));
  }

  @Test
  void theFlatCompositesTakeADenseFirstLayerToo() {
    try (Sequential dense = new Sequential(new Linear(2, 2), new ReLU(), new Linear(2, 2))) {
      for (Composite composite : List.of(new EpsilonPlusFlat(), new EpsilonAlpha2Beta1Flat())) {
        try (CompositeContext context = composite.context(dense)) {
          assertEquals(Map.of("0", "Flat", "1", "Pass", "2", "Epsilon"), names(context.rules()));
        }
      }
      // ZBox is for convolutions.
      try (CompositeContext context = new EpsilonGammaBox(0, 1).context(dense)) {
        assertEquals(Map.of("0", "Epsilon", "1", "Pass", "2", "Epsilon"), names(context.rules()));
      }
    }
  }

  @Test
  void theBoxNeedsItsBounds() {
    for (CompositeOptions options :
        List.of(new CompositeOptions(), new CompositeOptions().low(0))) {
      String message =
          assertThrows(
                  IllegalArgumentException.class, () -> Composites.of("epsilon_gamma_box", options))
              .getMessage();
      assertTrue(message.contains("needs low and high"), message);
    }
  }

  @Test
  void unknownNamesAndNamesOfTheUsers() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Composites.of("epsilon_minus", new CompositeOptions()))
            .getMessage();
    assertTrue(message.contains("'epsilon_minus'; there are attnlrp, beta_smooth"), message);
  }

  /** A user's composite under a name of its own. */
  @Test
  void aRegisteredCompositeIsFound() {
    String name = "a_users_own";
    Composite own = new Composite(List.of());
    Composites.register(name, options -> own);
    try {
      assertEquals(own, Composites.of(name, new CompositeOptions()));
      assertTrue(Composites.all().containsKey(name));
    } finally {
      Composites.unregister(name);
    }
    assertThrows(IllegalArgumentException.class, () -> Composites.of(name, new CompositeOptions()));
  }
}
