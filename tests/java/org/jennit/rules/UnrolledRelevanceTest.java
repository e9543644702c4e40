package org.jennit.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jennit.canonizers.UnrollRecurrent;
import org.jennit.composites.LayerMapComposite;
import org.jennit.composites.LayerMapComposite.Entry;
import org.jennit.core.Autograd;
import org.jennit.core.Call;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Coverage;
import org.jennit.core.Hook;
import org.jennit.core.Numeric;
import org.jennit.core.Stabilizer;
import org.jennit.nn.GRU;
import org.jennit.nn.Gate;
import org.jennit.nn.GatedLinear;
import org.jennit.nn.LSTM;
import org.jennit.nn.LSTMOptions;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.RemovableHandle;
import org.jennit.nn.Sequential;
import org.jennit.nn.Sum;
import org.jennit.types.Activation;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A recurrent layer that is unrolled into named parts has the relevance of the one rule. */
class UnrolledRelevanceTest {
  private static final double EPSILON = 0.5;

  /** Epsilon for every linear map and sum, with {@code gate} for the gates. */
  private static Composite parts(Hook gate) {
    Stabilizer epsilon = new Stabilizer(EPSILON);
    return new LayerMapComposite(
            List.of(
                new Entry(Linear.class, new Epsilon(epsilon)),
                new Entry(GatedLinear.class, new Epsilon(epsilon)),
                new Entry(Sum.class, new Norm(epsilon)),
                new Entry(Gate.class, gate),
                new Entry(Activation.class, new Pass())),
            List.of(new UnrollRecurrent()))
        .coverage(Coverage.REQUIRE);
  }

  /** Outputs, relevances, and derivatives of the relevances by inputs and parameters. */
  private static List<Tensor> results(RecurrentCase layer, Module model) {
    Tensor[] leaves = layer.leaves(3);
    Tensor[] outputs = model.forward_all(layer.inputs(leaves));
    Tensor[] upper = RecurrentCase.like(outputs, 20);
    List<Tensor> results = new ArrayList<>(List.of(outputs));
    results.addAll(List.of(Autograd.grad(outputs, leaves, upper, Autograd.RETAIN_GRAPH)));
    Tensor[] relevance = Autograd.grad(outputs, leaves, upper, Autograd.CREATE_GRAPH);
    Tensor loss = Numeric.weighted(outputs[0].square(), 13);
    for (int i = 0; i < leaves.length; i++) {
      results.add(relevance[i]);
      loss = loss.add(Numeric.weighted(relevance[i], 30 + i));
    }
    List<Tensor> by = new ArrayList<>(List.of(leaves));
    by.addAll(model.named_parameters().values());
    results.addAll(
        List.of(Autograd.grad(new Tensor[] {loss}, by.toArray(Tensor[]::new), new Tensor[0])));
    return results;
  }

  private static void assertSame(RecurrentCase layer, Hook rule, Hook gate) {
    try (PointerScope scope = new PointerScope();
        Sequential model = new Sequential(layer.drawn(1))) {
      List<Tensor> whole;
      try (RemovableHandle handle = rule.register(model.children().get(0))) {
        whole = results(layer, model);
      }
      try (CompositeContext context = parts(gate).context(model)) {
        List<Tensor> unrolled = results(layer, model);
        assertEquals(whole.size(), unrolled.size());
        for (int i = 0; i < whole.size(); i++) {
          Numeric.assertClose(whole.get(i), unrolled.get(i), 1e-10, "result " + i);
        }
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> relevanceAndItsDerivativesAreThoseOfTheRule() {
    return RecurrentCase.ALL.stream()
        .map(
            layer ->
                DynamicTest.dynamicTest(
                    layer.toString(),
                    () -> assertSame(layer, new RecurrentEpsilon(EPSILON), new Pass())));
  }

  /** Half of the relevance of a product to each factor. */
  private static final class Halves extends Hook {
    @Override
    protected Tensor[] backward(Call call, Tensor[] grad_output) {
      Tensor half = grad_output[0].div(new Scalar(2.0));
      return new Tensor[] {half, half};
    }
  }

  // The gates of a GRU's candidate are in one module with its linear maps.
  @TestFactory
  Stream<DynamicTest> aRuleOfOnesOwnReachesTheGates() {
    Hook whole = new RecurrentEpsilon(new Stabilizer(EPSILON), GateRule.HALF);
    return RecurrentCase.ALL.stream()
        .filter(layer -> layer.type().startsWith("LSTM"))
        .map(
            layer ->
                DynamicTest.dynamicTest(
                    layer.toString(), () -> assertSame(layer, whole, new Halves())));
  }

  @Test
  void partsHaveNamesAndAreCalledAtEveryStep() {
    try (PointerScope scope = new PointerScope();
        Sequential model =
            new Sequential(
                Map.of("lstm", new LSTM(new LSTMOptions(2, 3).bidirectional(true).proj_size(1))));
        CompositeContext context = new Composite(List.of(new UnrollRecurrent())).context(model)) {
      assertEquals("UnrolledLSTM", model.get_submodule("lstm").type_name());
      assertEquals("UnrolledLSTMCell", model.get_submodule("lstm.l0_reverse").type_name());
      assertEquals(
          "Linear(in_features=3, out_features=3, bias=True)",
          model.get_submodule("lstm.l0.candidate").toString());
      int[] calls = new int[1];
      for (String part : List.of("keep", "output_gate", "cell_state", "projection")) {
        try (RemovableHandle handle =
            model
                .get_submodule("lstm.l0_reverse." + part)
                .register_forward_hook(
                    (module, inputs, outputs) -> {
                      calls[0]++;
                      return null;
                    })) {
          calls[0] = 0;
          model.forward_all(torch.randn(5, 2, 2));
          assertEquals(5, calls[0], part);
        }
      }
      // Another part takes effect at once.
      Tensor x = torch.randn(5, 2, 2);
      Tensor before = model.forward_all(x)[0];
      Module gate = model.get_submodule("lstm.l0").replace_module("emit", new Product());
      assertTrue(model.forward_all(x)[0].equal(before));
      gate.close();
    }
  }

  /** Multiplies, in Java. */
  private static final class Product extends Module {
    @Override
    protected Tensor compute(Tensor... inputs) {
      return inputs[0].mul(inputs[1]);
    }
  }

  @Test
  void withDropoutTheUnrolledLayerHasARelevanceWhileTraining() {
    try (PointerScope scope = new PointerScope();
        Sequential model =
            new Sequential(new LSTM(new LSTMOptions(2, 3).num_layers(2).dropout(0.5)));
        CompositeContext context = parts(new Pass()).context(model)) {
      Supplier<Tensor[]> run =
          () -> {
            torch.manual_seed(5);
            Tensor x = torch.ones(4, 1, 2).requires_grad_(true);
            Tensor[] outputs = model.forward_all(x);
            return new Tensor[] {outputs[0], Autograd.grad(outputs[0], x, outputs[0].detach())};
          };
      Tensor[] first = run.get();
      Tensor[] second = run.get();
      assertTrue(first[0].equal(second[0]) && first[1].equal(second[1]));
      model.eval();
      assertTrue(!run.get()[0].equal(first[0]));
    }
  }

  @Test
  void singleStepsMayBeCalledByHand() {
    try (PointerScope scope = new PointerScope();
        Module gru = new GRU(2, 3);
        Module unrolled = org.jennit.nn.Unrolled.of(gru)) {
      Tensor x = torch.randn(4, 2, 2);
      Tensor h = torch.zeros(2, 3);
      List<Tensor> steps = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        h = unrolled.get_submodule("l0").forward(x.select(0, t), h);
        steps.add(h);
      }
      Tensor stacked = torch.stack(new TensorVector(steps.toArray(Tensor[]::new)));
      Numeric.assertClose(gru.forward(x), stacked, 1e-6, "steps");
      Numeric.assertClose(gru.forward(x), unrolled.forward(x), 1e-6, "unrolled");
    }
  }
}
