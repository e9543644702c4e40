package org.jennit.rules;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.jennit.core.Autograd;
import org.jennit.core.Hook;
import org.jennit.core.Numeric;
import org.jennit.core.Stabilizer;
import org.jennit.nn.Conv2d;
import org.jennit.nn.ConvOptions;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** An input without a batch dimension gets what it gets in a batch of one. */
class UnbatchedRuleTest {
  private static final List<Stabilizer> STABILIZERS =
      List.of(new Stabilizer(0.3), new Stabilizer(0.3).withNormScale(true));

  /** Layers whose shape is that of one sample: no dimension between batch and features. */
  private static Stream<LayerCase> layers() {
    return LayerCase.ALL.stream().filter(layer -> layer.shape().length != 2 || !isLinear(layer));
  }

  private static boolean isLinear(LayerCase layer) {
    try (Module made = layer.layer().get()) {
      return made instanceof Linear;
    }
  }

  @TestFactory
  Stream<DynamicTest> asABatchOfOne() {
    List<DynamicTest> tests = new ArrayList<>();
    layers()
        .forEach(
            layer -> {
              for (RuleCase rule : RuleCase.ALL) {
                tests.add(
                    DynamicTest.dynamicTest(
                        rule.name() + " of " + layer,
                        () -> {
                          for (Stabilizer stabilizer : STABILIZERS) {
                            check(layer, rule.maker().make(stabilizer, List.of(), layer.shape()));
                          }
                          check(
                              layer,
                              rule.maker()
                                  .make(STABILIZERS.get(0), List.of("bias"), layer.shape()));
                        }));
              }
            });
    return tests.stream();
  }

  private static void check(LayerCase layer, Hook hook) {
    try (PointerScope scope = new PointerScope();
        Module module = layer.drawn(1)) {
      hook.register(module);
      Tensor sample = Numeric.normal(1, layer.shape()).requires_grad_(true);
      Tensor batch = sample.detach().unsqueeze(0).requires_grad_(true);
      Tensor[] outputs = {module.forward(sample), module.forward(batch)};
      Tensor upper = Numeric.normal(2, outputs[0].shape());
      for (Autograd.Option option : List.of(Autograd.RETAIN_GRAPH, Autograd.CREATE_GRAPH)) {
        Tensor expected = Autograd.grad(outputs[1], batch, upper.unsqueeze(0), option).squeeze(0);
        Tensor actual = Autograd.grad(outputs[0], sample, upper, option);
        Numeric.assertClose(expected, actual, 1e-13, hook.name() + " " + option);
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> secondOrder() {
    LayerCase layer = LayerCase.ALL.get(7);
    return RuleCase.ALL.stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.name(),
                    () -> {
                      try (PointerScope scope = new PointerScope();
                          Module module = layer.drawn(3)) {
                        rule.maker()
                            .make(new Stabilizer(0.5), List.of(), layer.shape())
                            .register(module);
                        Tensor input = Numeric.normal(5, layer.shape()).requires_grad_(true);
                        Tensor upper =
                            Numeric.normal(9, module.forward(input).shape()).requires_grad_(true);
                        List<Tensor> leaves = new ArrayList<>(List.of(input, upper));
                        leaves.addAll(module.named_parameters().values());
                        Numeric.assertDerivative(
                            () ->
                                Numeric.weighted(
                                    Autograd.grad(
                                        module.forward(input), input, upper, Autograd.CREATE_GRAPH),
                                    11),
                            rule.name(),
                            leaves.toArray(Tensor[]::new));
                      }
                    }));
  }

  @Test
  void severalTargetsAtOnce() {
    LayerCase layer = LayerCase.ALL.get(7);
    for (RuleCase rule : RuleCase.ALL) {
      try (PointerScope scope = new PointerScope();
          Module module = layer.drawn(3)) {
        rule.maker().make(new Stabilizer(0.5), List.of(), layer.shape()).register(module);
        Tensor input = Numeric.normal(5, layer.shape()).requires_grad_(true);
        Tensor output = module.forward(input);
        Tensor[] uppers = {Numeric.normal(1, output.shape()), Numeric.normal(2, output.shape())};
        Tensor stacked = torch.stack(new TensorVector(uppers));
        Tensor together = Autograd.grad(output, input, stacked, Autograd.IS_GRADS_BATCHED);
        for (int i = 0; i < uppers.length; i++) {
          Numeric.assertClose(
              Autograd.grad(output, input, uppers[i], Autograd.RETAIN_GRAPH),
              together.get(i),
              1e-13,
              rule.name());
        }
      }
    }
  }

  @Test
  void boundsOfASampleOrOfABatch() {
    try (PointerScope scope = new PointerScope();
        Conv2d layer = Numeric.drawn(new Conv2d(new ConvOptions(2, 3, 3)), 1)) {
      Tensor sample = Numeric.normal(1, 2, 4, 5).requires_grad_(true);
      Tensor upper = Numeric.normal(2, 3, 2, 3);
      Tensor low = Numeric.tensor(new double[] {-2, -3}, 2, 1, 1);
      Tensor high = Numeric.tensor(new double[] {3, 4}, 2, 1, 1);
      Tensor whole = low.expand(2, 4, 5);
      Tensor longer = low.expand(5, 2, 1, 1);
      Tensor[] expected = new Tensor[1];
      for (Tensor bound : List.of(low, low.unsqueeze(0), whole, longer, low.flatten())) {
        var handle = new ZBox(bound, high).register(layer);
        Tensor relevance = Autograd.grad(layer.forward(sample), sample, upper);
        handle.remove();
        if (expected[0] == null) {
          expected[0] = relevance;
        }
        Numeric.assertClose(
            expected[0], relevance, 1e-13, "bound of " + Arrays.toString(bound.shape()));
      }
      var handle = new ZBox(Numeric.normal(3, 3, 1, 1), high).register(layer);
      String message =
          assertThrows(
                  JennitException.class, () -> Autograd.grad(layer.forward(sample), sample, upper))
              .getMessage();
      assertTrue(
          message.contains("low has the shape [3, 1, 1]") && message.contains("input's [2, 4, 5]"),
          message);
      handle.remove();
    }
  }
}
