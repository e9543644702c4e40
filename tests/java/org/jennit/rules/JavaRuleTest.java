package org.jennit.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.core.Autograd;
import org.jennit.core.Hook;
import org.jennit.core.Numeric;
import org.jennit.core.Stabilizer;
import org.jennit.nn.Module;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The built-in rules written as a user's BasicHook: the same relevance and the same derivatives.
 */
class JavaRuleTest {
  private static final double GAMMA = 0.25;

  private record Pair(String name, RuleCase.Maker built, RuleCase.Maker written) {}

  private static final List<Pair> RULES =
      List.of(
          new Pair(
              "Epsilon",
              (s, zero, sample) -> new Epsilon(s, zero),
              (s, zero, sample) -> JavaRules.epsilon(s, zero)),
          new Pair(
              "Gamma",
              (s, zero, sample) -> new Gamma(GAMMA, s, zero),
              (s, zero, sample) -> JavaRules.gamma(GAMMA, s, zero)),
          new Pair(
              "ZPlus",
              (s, zero, sample) -> new ZPlus(s, zero),
              (s, zero, sample) -> JavaRules.zplus(s, zero)),
          new Pair(
              "ZBox",
              (s, zero, sample) -> new ZBox(low(), high(), s, zero),
              (s, zero, sample) -> JavaRules.zbox(low(), high(), s, zero)));

  private static Tensor low() {
    return Numeric.tensor(new double[] {-3}, 1);
  }

  private static Tensor high() {
    return Numeric.tensor(new double[] {4}, 1);
  }

  @TestFactory
  Stream<DynamicTest> theSameRelevance() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Pair pair : RULES) {
      for (LayerCase geometry : LayerCase.ALL) {
        tests.add(
            DynamicTest.dynamicTest(
                pair.name() + " of " + geometry,
                () -> {
                  same(geometry, pair, new Stabilizer(0.1), List.of());
                  same(geometry, pair, new Stabilizer(0.1), List.of("bias"));
                  same(geometry, pair, new Stabilizer(0.1).withNormScale(true), List.of());
                  same(geometry, pair, new Stabilizer(0.1).withClip(true), List.of());
                }));
      }
    }
    return tests.stream();
  }

  private static void same(
      LayerCase geometry, Pair pair, Stabilizer stabilizer, List<String> zero) {
    try (PointerScope scope = new PointerScope();
        Module layer = geometry.drawn(3)) {
      Tensor input = Numeric.normal(5, geometry.batch(2)).requires_grad_(true);
      Tensor upper = Numeric.normal(9, layer.forward(input).shape());
      Tensor[] built = relevances(layer, pair.built().make(stabilizer, zero), input, upper);
      Tensor[] written = relevances(layer, pair.written().make(stabilizer, zero), input, upper);
      for (int i = 0; i < built.length; i++) {
        Numeric.assertClose(built[i], written[i], 1e-10, pair.name() + ", tensor " + i);
      }
    }
  }

  /** The relevance unrecorded and recorded, and the recorded one's derivatives. */
  private static Tensor[] relevances(Module layer, Hook hook, Tensor input, Tensor upper) {
    var handle = hook.register(layer);
    List<Tensor> results = new ArrayList<>();
    results.add(Autograd.grad(layer.forward(input), input, upper));
    Tensor recorded = Autograd.grad(layer.forward(input), input, upper, Autograd.CREATE_GRAPH);
    results.add(recorded.detach());
    List<Tensor> leaves = new ArrayList<>(List.of(input));
    leaves.addAll(layer.named_parameters().values());
    Tensor[] derivatives =
        Autograd.grad(
            new Tensor[] {Numeric.weighted(recorded.square(), 11)},
            leaves.toArray(Tensor[]::new),
            new Tensor[0],
            Autograd.ALLOW_UNUSED);
    for (int i = 0; i < derivatives.length; i++) {
      results.add(
          derivatives[i].defined()
              ? derivatives[i]
              : org.bytedeco.pytorch.global.torch.zeros_like(leaves.get(i).detach()));
    }
    handle.remove();
    return results.toArray(Tensor[]::new);
  }

  @TestFactory
  Stream<DynamicTest> trueSecondDerivatives() {
    return Stream.of(0, 4, 7, 17)
        .map(LayerCase.ALL::get)
        .flatMap(
            geometry ->
                RULES.stream()
                    .map(
                        pair ->
                            DynamicTest.dynamicTest(
                                pair.name() + " of " + geometry,
                                () -> differentiated(geometry, pair))));
  }

  private static void differentiated(LayerCase geometry, Pair pair) {
    try (PointerScope scope = new PointerScope();
        Module layer = geometry.drawn(3)) {
      Tensor input = Numeric.normal(5, geometry.batch(2)).requires_grad_(true);
      pair.written().make(new Stabilizer(0.5), List.of()).register(layer);
      Tensor upper = Numeric.normal(9, layer.forward(input).shape()).requires_grad_(true);
      List<Tensor> leaves = new ArrayList<>(List.of(input, upper));
      leaves.addAll(layer.named_parameters().values());
      Numeric.assertDerivative(
          () -> {
            Tensor output = layer.forward(input);
            Tensor relevance = Autograd.grad(output, input, upper, Autograd.CREATE_GRAPH);
            return Numeric.weighted(relevance, 11).add(Numeric.weighted(output.square(), 13));
          },
          pair.name(),
          leaves.toArray(Tensor[]::new));
    }
  }
}
