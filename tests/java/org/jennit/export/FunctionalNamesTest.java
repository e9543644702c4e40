package org.jennit.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.composites.AttnLRP;
import org.jennit.composites.EpsilonPlus;
import org.jennit.conformance.Errors;
import org.jennit.core.Autograd;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Coverage;
import org.jennit.nn.GELU;
import org.jennit.nn.Module;
import org.jennit.nn.RMSNorm;
import org.jennit.script.TorchScript;
import org.junit.jupiter.api.Test;

/** Functional operations become children of the same names in both kinds of files. */
class FunctionalNamesTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("jennit.data", "tests/data")).resolve("exported");

  private static ExportedProgram exported() {
    return ExportedProgram.load(FOLDER.resolve("functional.pt2"));
  }

  private static Module traced() {
    return TorchScript.load(FOLDER.resolve("functional_traced.pt"), true);
  }

  private static List<String> names(Module model) {
    List<String> names = new ArrayList<>();
    model.named_modules().forEach((path, module) -> names.add(path + ": " + module.type_name()));
    names.remove(0);
    return names.stream().sorted().toList();
  }

  @Test
  void theTreeShowsWhatMixesOrSplitsRelevance() {
    try (ExportedProgram model = exported()) {
      assertEquals(
          List.of(
              "act.gelu_1: GELU",
              "act: WrittenGELU",
              "add_1: Sum",
              "cat_1: Cat",
              "div_1: Mul",
              "key: Linear",
              "layer_norm_1: LayerNorm",
              "matmul_1: MatMul",
              "matmul_2: MatMul",
              "max_pool1d_1: MaxPool1d",
              "mean_1: Mean",
              "mul_1: Mul",
              "mul_2: Mul",
              "norm.rms_norm_1: RMSNorm",
              "norm: WrittenNorm",
              "query: Linear",
              "relu_1: ReLU",
              "sigmoid_1: Sigmoid",
              "softmax_1: Softmax",
              "sub_1: Sum"),
          names(model));
    }
  }

  @Test
  void bothKindsOfFilesHaveTheSameTree() {
    try (ExportedProgram model = exported();
        Module script = traced()) {
      assertEquals(names(model), names(script));
      assertInstanceOf(RMSNorm.class, script.get_submodule("norm.rms_norm_1"));
      assertInstanceOf(GELU.class, script.get_submodule("act.gelu_1"));
      assertEquals("GELU(approximate='tanh')", script.get_submodule("act.gelu_1").toString());
    }
  }

  private static Tensor relevance(Module model, Composite composite, Tensor input) {
    try (CompositeContext context = composite.context(model)) {
      Tensor output = context.model().forward(input);
      return Autograd.grad(output, input, output);
    }
  }

  @Test
  void bothKindsOfFilesHaveTheSameRelevance() {
    try (PointerScope scope = new PointerScope();
        ExportedProgram model = exported();
        ExportedProgram unnamed = ExportedProgram.load(FOLDER.resolve("functional.pt2"), false);
        Module script = traced()) {
      torch.manual_seed(5);
      Tensor input = torch.randn(2, 3, 4).to(ScalarType.Double).requires_grad_(true);
      assertTrue(Errors.relative(unnamed.forward(input), model.forward(input)) < 1e-12);
      for (Composite composite : List.of(new AttnLRP(), new EpsilonPlus())) {
        composite.coverage(composite instanceof AttnLRP ? Coverage.REQUIRE : Coverage.IGNORE);
        Tensor expected = relevance(model, composite, input);
        assertTrue(Errors.relative(relevance(script, composite, input), expected) < 1e-12);
        composite.coverage(Coverage.IGNORE);
        assertFalse(
            relevance(unnamed, composite, input).allclose(expected),
            "rules do not reach what has no name");
      }
    }
  }
}
