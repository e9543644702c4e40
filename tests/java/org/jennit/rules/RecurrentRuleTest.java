package org.jennit.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.jennit.core.Autograd;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Hook;
import org.jennit.core.Inactive;
import org.jennit.core.Numeric;
import org.jennit.core.Stabilizer;
import org.jennit.nn.LSTM;
import org.jennit.nn.LSTMOptions;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.RNN;
import org.jennit.nn.RemovableHandle;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The rule of recurrent layers against {@link PlainRecurrence} and finite differences. */
class RecurrentRuleTest {
  private static final double EPSILON = 0.05;

  @FunctionalInterface
  private interface Check {
    void run(RecurrentCase layer, GateRule gates);
  }

  /** Each case with each rule; an RNN has no gates. */
  private static Stream<DynamicTest> each(Check check) {
    return RecurrentCase.ALL.stream()
        .flatMap(
            layer ->
                Stream.of(GateRule.values())
                    .filter(gates -> gates == GateRule.ALL || !layer.type().startsWith("RNN"))
                    .map(
                        gates ->
                            DynamicTest.dynamicTest(
                                gates + " in " + layer,
                                () -> {
                                  try (PointerScope scope = new PointerScope()) {
                                    check.run(layer, gates);
                                  }
                                })));
  }

  private static Hook rule(GateRule gates) {
    return new RecurrentEpsilon(new Stabilizer(EPSILON), gates);
  }

  // Central differences need relevances that are not too steep.
  private static Hook flatRule(GateRule gates) {
    return new RecurrentEpsilon(new Stabilizer(0.5), gates);
  }

  @TestFactory
  Stream<DynamicTest> relevanceIsThatOfTheFormulas() {
    return each(
        (layer, gates) -> {
          try (Module module = layer.drawn(1);
              RemovableHandle handle = rule(gates).register(module)) {
            Tensor[] leaves = layer.leaves(3);
            Tensor[] outputs = module.forward_all(layer.inputs(leaves));
            Tensor[] upper = RecurrentCase.like(outputs, 20);
            Tensor[] expected = layer.plainRelevance(module, leaves, upper, EPSILON, gates);
            Tensor[] fused = Autograd.grad(outputs, leaves, upper, Autograd.RETAIN_GRAPH);
            Tensor[] again = Autograd.grad(outputs, leaves, upper, Autograd.CREATE_GRAPH);
            for (int i = 0; i < leaves.length; i++) {
              Numeric.assertClose(expected[i], fused[i], 1e-11, "relevance " + i);
              Numeric.assertClose(expected[i], again[i], 1e-11, "recorded relevance " + i);
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> derivativeIsTrue() {
    return each(
        (layer, gates) -> {
          try (Module module = layer.drawn(1);
              RemovableHandle handle = flatRule(gates).register(module)) {
            Tensor[] leaves = layer.leaves(3);
            Tensor[] inputs = layer.inputs(leaves);
            Tensor[] upper = RecurrentCase.like(module.forward_all(inputs), 20);
            List<Tensor> all = new ArrayList<>(List.of(leaves));
            for (Tensor tensor : upper) {
              all.add(tensor.requires_grad_(true));
            }
            all.addAll(module.named_parameters().values());
            Numeric.assertDerivativeAlong(
                5,
                () -> {
                  Tensor[] outputs = module.forward_all(inputs);
                  Tensor[] relevance = Autograd.grad(outputs, leaves, upper, Autograd.CREATE_GRAPH);
                  Tensor loss = Numeric.weighted(outputs[0].square(), 13);
                  for (int i = 0; i < leaves.length; i++) {
                    loss = loss.add(Numeric.weighted(relevance[i], 30 + i));
                  }
                  return loss;
                },
                gates.name(),
                all.toArray(Tensor[]::new));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> severalTargetsAtOnceAreThoseOneByOne() {
    return each(
        (layer, gates) -> {
          try (Module module = layer.drawn(1);
              RemovableHandle handle = rule(gates).register(module)) {
            Tensor[] leaves = layer.leaves(3);
            Tensor[] outputs = module.forward_all(layer.inputs(leaves));
            Tensor[] upper = RecurrentCase.manyLike(outputs, 3, 20);
            Tensor[] batched = Autograd.grad(outputs, leaves, upper, Autograd.IS_GRADS_BATCHED);
            for (int k = 0; k < 3; k++) {
              int index = k;
              Tensor[] one =
                  Autograd.grad(
                      outputs,
                      leaves,
                      Arrays.stream(upper).map(t -> t.select(0, index)).toArray(Tensor[]::new),
                      Autograd.RETAIN_GRAPH);
              for (int i = 0; i < leaves.length; i++) {
                Numeric.assertClose(one[i], batched[i].select(0, k), 1e-12, "target " + k);
              }
            }
          }
        });
  }

  // Under a rule, the layer keeps its inputs alone and runs once more for a gradient.
  @TestFactory
  Stream<DynamicTest> inactiveTheGradientIsTheLayers() {
    return RecurrentCase.ALL.stream()
        .map(
            layer ->
                DynamicTest.dynamicTest(
                    layer.toString(),
                    () -> {
                      try (PointerScope scope = new PointerScope();
                          Module module = layer.drawn(1)) {
                        List<Tensor> expected = gradients(layer, module);
                        Composite composite = new Composite((c, n, m) -> new RecurrentEpsilon());
                        try (CompositeContext context = composite.context(module);
                            Inactive inactive = context.inactive()) {
                          List<Tensor> actual = gradients(layer, module);
                          for (int i = 0; i < expected.size(); i++) {
                            Numeric.assertClose(
                                expected.get(i), actual.get(i), 1e-11, "gradient " + i);
                          }
                        }
                      }
                    }));
  }

  /** By inputs and parameters, several at once, and the derivative of them. */
  private static List<Tensor> gradients(RecurrentCase layer, Module module) {
    Tensor[] leaves = layer.leaves(3);
    List<Tensor> by = new ArrayList<>(List.of(leaves));
    by.addAll(module.named_parameters().values());
    Tensor[] all = by.toArray(Tensor[]::new);
    Tensor[] outputs = module.forward_all(layer.inputs(leaves));
    Tensor[] upper = RecurrentCase.like(outputs, 20);
    List<Tensor> results =
        new ArrayList<>(List.of(Autograd.grad(outputs, all, upper, Autograd.RETAIN_GRAPH)));
    Tensor[] many = RecurrentCase.manyLike(outputs, 2, 40);
    results.addAll(List.of(Autograd.grad(outputs, all, many, Autograd.IS_GRADS_BATCHED)));
    Tensor loss = Numeric.weighted(outputs[0], 13);
    for (Tensor gradient : Autograd.grad(outputs, leaves, upper, Autograd.CREATE_GRAPH)) {
      loss = loss.add(gradient.square().sum());
    }
    results.addAll(List.of(Autograd.grad(new Tensor[] {loss}, all, new Tensor[0])));
    return results;
  }

  @Test
  void oneOutputAloneMayHaveRelevance() {
    try (PointerScope scope = new PointerScope();
        Module module = RecurrentCase.ALL.get(0).drawn(1);
        RemovableHandle handle = new RecurrentEpsilon(EPSILON).register(module)) {
      Tensor x = RecurrentCase.ALL.get(0).leaves(2)[0];
      Tensor[] outputs = module.forward_all(x);
      Tensor last = outputs[0].select(0, -1);
      Tensor upper = Numeric.normal(3, last.shape());
      Numeric.assertClose(
          Autograd.grad(last, x, upper, Autograd.RETAIN_GRAPH),
          Autograd.grad(outputs[1], x, upper.unsqueeze(0)),
          1e-12,
          "the last step is h_n");
    }
  }

  @Test
  void withoutBiasAndEpsilonNothingIsLost() {
    try (PointerScope scope = new PointerScope()) {
      for (RecurrentCase layer : RecurrentCase.ALL) {
        if (layer.bias()) {
          continue;
        }
        try (Module module = layer.drawn(1);
            RemovableHandle handle = new RecurrentEpsilon(0).register(module)) {
          Tensor[] leaves = layer.leaves(3);
          Tensor[] outputs = module.forward_all(layer.inputs(leaves));
          Tensor[] upper = {outputs[0].detach()};
          Tensor[] relevance = Autograd.grad(new Tensor[] {outputs[0]}, leaves, upper);
          double out = 0;
          for (Tensor tensor : relevance) {
            out += tensor.sum().item_double();
          }
          assertEquals(outputs[0].sum().item_double(), out, 1e-8, layer.toString());
        }
      }
    }
  }

  @Test
  void whatStandsInAPaddingIsNeverRead() {
    try (PointerScope scope = new PointerScope();
        Module module = new LSTM(new LSTMOptions(2, 3).bidirectional(true));
        RemovableHandle handle = new RecurrentEpsilon().register(module)) {
      module.to(torch.ScalarType.Double);
      Tensor x = Numeric.normal(1, 4, 2, 2);
      Tensor lengths = Tensor.create(2L, 3L);
      Tensor dirty = x.clone();
      dirty.select(1, 0).narrow(0, 2, 2).fill_(new Scalar(Double.NaN));
      Tensor[] clean = relevanceOfSum(module, x, lengths);
      Tensor[] same = relevanceOfSum(module, dirty, lengths);
      assertTrue(clean[0].equal(same[0]));
      assertTrue(clean[1].equal(same[1]));
      assertEquals(0, clean[1].narrow(0, 3, 1).abs().sum().item_double());
    }
  }

  private static Tensor[] relevanceOfSum(Module module, Tensor input, Tensor lengths) {
    Tensor x = input.detach().requires_grad_(true);
    Tensor output = module.forward(x, lengths);
    return new Tensor[] {output, Autograd.grad(output, x, output.detach())};
  }

  @Test
  void singlePrecisionAgreesWithDouble() {
    try (PointerScope scope = new PointerScope();
        Module module = RecurrentCase.ALL.get(1).drawn(1);
        RemovableHandle handle = new RecurrentEpsilon(EPSILON).register(module)) {
      Tensor[] leaves = RecurrentCase.ALL.get(1).leaves(2);
      Tensor[] outputs = module.forward_all(leaves);
      Tensor upper = Numeric.normal(3, outputs[0].shape());
      Tensor expected = Autograd.grad(outputs[0], leaves[0], upper);
      module.to(torch.ScalarType.Float);
      Tensor[] narrow =
          Arrays.stream(leaves)
              .map(leaf -> leaf.detach().to(torch.ScalarType.Float).requires_grad_(true))
              .toArray(Tensor[]::new);
      Tensor actual =
          Autograd.grad(module.forward(narrow), narrow[0], upper.to(torch.ScalarType.Float));
      Numeric.assertClose(expected, actual.to(torch.ScalarType.Double), 1e-4, "single precision");
    }
  }

  @Test
  void whatTheRuleCannotDoIsSaidByName() {
    try (PointerScope scope = new PointerScope();
        Module linear = new Linear(2, 2);
        Module lstm = new LSTM(2, 3);
        Module deep = new RNN(new org.jennit.nn.RNNOptions(2, 3).num_layers(2).dropout(0.5))) {
      assertRefused(
          "works on RNN, LSTM, GRU and their cells, not on a Linear",
          () -> new RecurrentEpsilon().register(linear));
      assertRefused("works on Linear", () -> new ZPlus().register(lstm));

      Tensor x = torch.randn(4, 1, 2).requires_grad_(true);
      try (RemovableHandle handle = new RecurrentEpsilon().register(deep)) {
        Tensor trained = deep.forward(x).sum();
        deep.eval();
        // What counts is the mode of the call.
        assertRefused("put the module in evaluation mode", () -> Autograd.grad(trained, x));
        assertTrue(Autograd.grad(deep.forward(x).sum(), x).defined());
      }
    }
  }

  private static void assertRefused(String part, Runnable work) {
    String message = assertThrows(JennitException.class, work::run).getMessage();
    assertTrue(message.contains(part), message);
  }
}
