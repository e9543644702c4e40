package org.jennit.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.JennitException;
import org.jennit.attribution.Gradient;
import org.jennit.composites.EpsilonPlus;
import org.jennit.composites.GuidedBackprop;
import org.jennit.core.Autograd;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Coverage;
import org.jennit.core.Numeric;
import org.jennit.nn.GraphModule;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.rules.ZPlus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of models that are no stack of torch's layers; make.py beside the files made them. */
class ForeignFilesTest {
  private static final Path FOLDER = Path.of("tests/data/script");

  private final PointerScope scope = new PointerScope();
  private final Tensor rows = Numeric.normal(3, 5, 4).to(ScalarType.Float).requires_grad_(true);

  @AfterEach
  void close() {
    scope.close();
  }

  private static Module load(String file) {
    return TorchScript.load(FOLDER.resolve(file));
  }

  private static Composite positive() {
    return new Composite(
        (context, name, module) -> module instanceof org.jennit.types.Linear ? new ZPlus() : null);
  }

  private Tensor relevance(Module model, Composite composite) {
    try (CompositeContext context = composite.context(model)) {
      Tensor output = context.model().forward(rows);
      return Autograd.grad(output, rows, torch.ones_like(output));
    }
  }

  /** The matrix whose diagonals are the first column, upwards, and the first row. */
  private static Tensor toeplitz(Tensor weight) {
    long out = weight.size(0);
    long in = weight.size(1);
    Tensor matrix = torch.zeros(out, in);
    for (long i = 0; i < out; i++) {
      for (long j = 0; j < in; j++) {
        Tensor value = j >= i ? weight.get(0).get(j - i) : weight.get(i - j).get(0);
        matrix.get(i).get(j).copy_(value.detach());
      }
    }
    return matrix;
  }

  @ParameterizedTest
  @ValueSource(strings = {"toeplitz_traced.pt", "linear_subclass_traced.pt"})
  void rulesReadTheWeightAsItIsUsed(String file) {
    try (Module model = load(file);
        Sequential same = new Sequential(new Linear(4, 3), new ReLU(), new Linear(3, 2))) {
      Map<String, Tensor> state = model.state_dict();
      Tensor weight = state.get("0.weight");
      Tensor used =
          file.startsWith("toeplitz") ? toeplitz(weight) : weight.mul(new Scalar(2)).detach();
      same.load_state_dict(
          Map.of(
              "0.weight", used,
              "0.bias", state.get("0.bias"),
              "2.weight", state.get("2.weight"),
              "2.bias", state.get("2.bias")));
      assertTrue(model.forward(rows).allclose(same.forward(rows), 1e-5, 1e-6, false));
      Composite composite = positive().coverage(Coverage.IGNORE);
      Tensor expected = relevance(same, composite);
      Tensor relevance = relevance(model, composite);
      assertTrue(
          relevance.allclose(expected, 1e-5, 1e-6, false),
          () -> relevance.sub(expected).abs().max().item_double() + " apart");
    }
  }

  @Test
  void aUsersClassOfTheNameReLUIsNoActivation() {
    try (Module model = load("users_relu_scripted.pt")) {
      assertFalse(model.get_submodule("1") instanceof org.jennit.types.Activation);
      Tensor plain = Autograd.grad(model.forward(rows), rows, torch.ones(5, 3));
      assertTrue(relevance(model, new GuidedBackprop()).equal(plain));
      Composite required = new EpsilonPlus().coverage(Coverage.REQUIRE);
      String message =
          assertThrows(JennitException.class, () -> relevance(model, required)).getMessage();
      assertTrue(message.contains("'mul' in '1' (ReLU)"), message);
    }
  }

  @Test
  void argumentsThatAreNoTensorsComeByPositionAndByName() {
    try (Module model = load("rated_scripted.pt");
        Gradient attributor = new Gradient(model)) {
      GraphModule graph = (GraphModule) model;
      Tensor once = graph.call(rows, 1).values().iterator().next();
      assertTrue(model.forward(rows).equal(once.mul(new Scalar(2))), "the default");
      Tensor named = graph.call_by_name(Map.of("sr", 3), rows).values().iterator().next();
      assertTrue(named.equal(once.mul(new Scalar(3))));
      Tensor explained =
          attributor
              .forward_fn(x -> graph.call(x, 5).values().iterator().next())
              .target(1)
              .apply(rows)
              .relevance();
      Tensor row = model.state_dict().get("layer.weight").get(1).mul(new Scalar(5));
      assertTrue(explained.allclose(row.expand(5, 4), 1e-5, 1e-6, false), explained::toString);
      String message =
          assertThrows(JennitException.class, () -> graph.call(rows, "fast")).getMessage();
      assertTrue(message.contains("sr"), message);
    }
  }

  @Test
  void withBlocksOfAutocastEndWithTheCall() {
    try (Module model = load("autocast_scripted.pt");
        Linear other = new Linear(4, 4)) {
      Map<String, Tensor> state = model.state_dict();
      Tensor expected =
          half(rows)
              .matmul(half(state.get("layer.weight")).t())
              .add(half(state.get("layer.bias")))
              .to(ScalarType.Float)
              .matmul(state.get("head.weight").t())
              .add(state.get("head.bias"));
      Tensor output = model.forward(rows);
      assertTrue(output.allclose(expected, 1e-2, 1e-2, false), output + " " + expected);
      assertEquals(
          ScalarType.Float, other.forward(rows).scalar_type().intern(), "autocast is off again");
      assertThrows(JennitException.class, () -> model.forward(torch.ones(2, 3)));
      assertEquals(
          ScalarType.Float, other.forward(rows).scalar_type().intern(), "after an error too");
    }
  }

  private static Tensor half(Tensor tensor) {
    return tensor.to(ScalarType.BFloat16);
  }

  @Test
  void parametersThatAreNoLayersAreNamedByWhatIsDoneWithThem() {
    Tensor frames = Numeric.normal(5, 2, 3, 4).to(ScalarType.Float).requires_grad_(true);
    try (Module model = load("tokens_traced.pt")) {
      Composite required = new EpsilonPlus().coverage(Coverage.REQUIRE);
      String message =
          assertThrows(
                  JennitException.class,
                  () -> {
                    try (CompositeContext context = required.context(model)) {
                      context.model().forward(frames);
                    }
                  })
              .getMessage();
      assertTrue(message.contains("'mul'"), message);
      assertFalse(message.contains("has no rule for"), message);
      Tensor output = model.forward(frames);
      TensorVector parts =
          new TensorVector(model.state_dict().get("token").expand(2, 1, 4), frames);
      Tensor expected =
          torch
              .cat(parts, 1)
              .matmul(model.state_dict().get("layer.weight").t())
              .add(model.state_dict().get("layer.bias"))
              .mul(model.state_dict().get("scale"))
              .sum(1);
      assertTrue(output.allclose(expected, 1e-5, 1e-5, false));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"frozen.pt", "quantised.pt"})
  void filesWithoutLayersAreToldWhereRulesAreRequired(String file) {
    Tensor input =
        (file.startsWith("frozen") ? torch.rand(1, 3, 8, 8) : torch.rand(2, 4))
            .requires_grad_(true);
    try (Module model = load(file)) {
      for (Composite composite :
          List.of(
              new EpsilonPlus().coverage(Coverage.REQUIRE),
              positive().coverage(Coverage.REQUIRE))) {
        String message =
            assertThrows(
                    JennitException.class,
                    () -> new Gradient(model, composite).target(0).apply(input))
                .getMessage();
        assertTrue(
            message.contains("no rule of the composite") || message.contains("under no rule"),
            message);
      }
      assertEquals(2, model.forward(input).size(1), "and it goes on");
    }
  }

  @Test
  void optimizedFilesAreRefused() {
    String message =
        assertThrows(JennitException.class, () -> load("optimized_for_inference.pt")).getMessage();
    assertTrue(message.contains("optimized_for_inference.pt"), message);
    assertTrue(
        message.contains("it was saved after torch.jit.optimize_for_inference")
            && message.endsWith("save the model as it was before"),
        message);
  }
}
