package org.jennit.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.jennit.attribution.Gradient;
import org.jennit.canonizers.SequentialMergeBatchNorm;
import org.jennit.composites.EpsilonPlus;
import org.jennit.core.Autograd;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Coverage;
import org.jennit.nn.GraphModule;
import org.jennit.nn.Module;
import org.jennit.rules.Epsilon;
import org.jennit.types.Convolution;
import org.jennit.types.Linear;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Graphs as people write them: calls of functions, warnings, with blocks, other arguments. */
class ForeignGraphsTest {
  private static final Path FOLDER = Path.of("tests/data/script");

  private PointerScope scope;

  @TempDir private Path folder;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"scripted_relu_inplace.pt", "scripted_dropout.pt", "scripted_own_function.pt"})
  void functionsAreWrittenOutWhereTheyAreCalled(String file) {
    Tensor input = torch.ones(2, 3, 4, 4);
    for (int round = 0; round < 10; round++) {
      try (Module model = TorchScript.load(FOLDER.resolve(file))) {
        model.eval();
        Tensor linear = model.get_submodule("l").forward(input);
        Tensor expected =
            switch (file) {
              case "scripted_relu_inplace.pt" -> linear.relu();
              case "scripted_own_function.pt" -> linear.add(torch.ones(1));
              default -> linear;
            };
        for (int i = 0; i < 20; i++) {
          assertTrue(expected.equal(model.forward(input)));
        }
      }
    }
  }

  @Test
  void modelsWarnAndGoOn() {
    try (Module model = TorchScript.load(FOLDER.resolve("scripted_warn.pt"))) {
      Tensor row = model.forward(torch.ones(2, 4)).get(0);
      assertEquals(-0.28660, row.get(0).item_double(), 1e-5);
      assertEquals(-0.03860, row.get(1).item_double(), 1e-5);
      assertEquals(0.67263, row.get(2).item_double(), 1e-5);
    }
  }

  @ParameterizedTest
  @CsvSource({"writes_into_a_view.pt, 0, 9.983", "block_starts_in_place.pt, 0, -0.237"})
  void theForwardIsTheSameUnderRules(String file, int output, double expected) {
    Tensor input = torch.ones(1, 3).requires_grad_(true);
    Composite composite =
        new Composite((context, name, module) -> module instanceof Linear ? new Epsilon() : null);
    try (Module model = TorchScript.load(FOLDER.resolve(file))) {
      Tensor plain = model.forward(input);
      assertEquals(expected, plain.get(0).get(output).item_double(), 1e-3);
      try (CompositeContext context = composite.context(model)) {
        Tensor ruled = model.forward(input);
        assertTrue(plain.equal(ruled), plain + " " + ruled);
        assertTrue(
            Autograd.grad(ruled, input, torch.ones_like(ruled)).isfinite().all().item_bool());
      }
    }
  }

  /** A context manager like torch.no_grad, as torch.jit writes it down. */
  private static final String NO_GRAD =
      """
      class no_grad:
        prev : bool
        def __init__(self: __torch__.___torch_mangle_78.no_grad) -> NoneType:
          self.prev = False
          return None
        def __enter__(self: __torch__.___torch_mangle_78.no_grad) -> NoneType:
          self.prev = torch.is_grad_enabled()
          _0 = torch.set_grad_enabled(False)
          return None
        def __exit__(self: __torch__.___torch_mangle_78.no_grad,
          exc_type: Any,
          exc_value: Any,
          traceback: Any) -> NoneType:
          _1 = torch.set_grad_enabled(self.prev)
          return None
      """;

  @Test
  void withBlocksOfNoGradRecordNothingAndEnd() {
    Path file =
        ScriptFiles.resnet(
            folder,
            """
            _0 = __torch__.___torch_mangle_78.no_grad.__new__(__torch__.___torch_mangle_78.no_grad)
            _1 = (_0).__init__()
            with _0:
              y = torch.mul(x, 3.)
            return torch.mul(x, y)
            """,
            NO_GRAD);
    Tensor input = ScriptFiles.input();
    try (Module model = TorchScript.load(file)) {
      Tensor output = model.forward(input);
      assertTrue(output.equal(input.mul(input.mul(new Scalar(3)))));
      Tensor gradient = Autograd.grad(output, input, torch.ones_like(output));
      assertTrue(gradient.equal(input.mul(new Scalar(3))), "y counts as a constant");
      assertTrue(model.forward(input).requires_grad(), "gradients are recorded again");
    }
  }

  @Test
  void anAttributionPicksTheOutputThatItExplainsAndGivesOtherArguments() {
    Tensor input = ScriptFiles.input();
    try (Module model = TorchScript.load(ScriptFiles.SCRIPTED_RESNET);
        Gradient attributor = new Gradient(model)) {
      GraphModule graph = (GraphModule) model;
      Gradient picking =
          attributor.forward_fn(x -> graph.call_by_name(Map.of("x", x)).get("output")).target(1);
      Tensor expected = attributor.target(1).apply(input).relevance();
      assertTrue(picking.apply(input).relevance().equal(expected));
      JennitException refusal = assertThrows(JennitException.class, () -> graph.call(input, 16000));
      assertTrue(refusal.getMessage().contains("takes 1 arguments, but 2 were given"));
      assertThrows(IllegalArgumentException.class, () -> graph.call(new Object()));
    }
  }

  private static Tensor ramp() {
    return torch
        .linspace(new Scalar(-1.0), new Scalar(1.0), 16)
        .reshape(1, 2, 8)
        .requires_grad_(true);
  }

  @ParameterizedTest
  @CsvSource({
    "conv_subclass_traced.pt, -4.675276, c.conv1d_1",
    "weight_norm_traced.pt, 3.650836, 0.conv1d_1",
    "shared_layer_scripted.pt, -0.125691, conv"
  })
  void layersOfUnknownClassesGetTheirRules(String file, double sum, String layer) {
    Tensor input = ramp();
    try (Module model = TorchScript.load(FOLDER.resolve(file))) {
      assertEquals(sum, model.forward(input).sum().item_double(), 1e-5);
      List<String> state = List.copyOf(model.state_dict().keySet());
      assertTrue(state.stream().noneMatch(name -> name.contains("conv1d_1")), state::toString);
      assertInstanceOf(Convolution.class, model.get_submodule(layer));
      Composite composite =
          new EpsilonPlus()
              .coverage(file.startsWith("shared") ? Coverage.IGNORE : Coverage.REQUIRE);
      try (CompositeContext context = composite.context(model)) {
        Tensor output = model.forward(input);
        assertEquals(sum, output.sum().item_double(), 1e-5);
        Tensor relevance = Autograd.grad(output, input, output);
        assertTrue(relevance.isfinite().all().item_bool());
      }
    }
  }

  @Test
  void aBatchNormBehindAFunctionIsNotMerged() {
    Tensor input = ramp();
    Composite composite = new Composite(List.of(new SequentialMergeBatchNorm()));
    try (Module model = TorchScript.load(FOLDER.resolve("relu_before_bn_traced.pt"))) {
      assertFalse(((GraphModule) model).follows_directly("c", "bn"));
      assertEquals(-2.349572, model.forward(input).sum().item_double(), 1e-5);
      try (CompositeContext context = composite.context(model)) {
        assertEquals(-2.349572, model.forward(input).sum().item_double(), 1e-5);
      }
    }
    try (Module model = TorchScript.load(ScriptFiles.file("tiny_resnet_traced.pt"))) {
      assertTrue(((GraphModule) model).follows_directly("conv1", "bn1"));
      assertFalse(((GraphModule) model).follows_directly("bn1", "relu2"));
    }
  }
}
