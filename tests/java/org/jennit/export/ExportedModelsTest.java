package org.jennit.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.JennitException;
import org.jennit.conformance.Errors;
import org.jennit.conformance.VectorFile;
import org.jennit.core.Autograd;
import org.jennit.nn.LSTM;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ModuleList;
import org.jennit.nn.Sequential;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Control flow, wrappers, sizes, containers and states, as {@code tests/data/exported/make.py}
 * wrote them with the outputs of PyTorch 2.10.
 */
class ExportedModelsTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("jennit.data", "tests/data")).resolve("exported");

  private static ExportedProgram load(String name) {
    return ExportedProgram.load(FOLDER.resolve(name + ".pt2"));
  }

  private static List<Tensor> vectors(String name, String kind) {
    Map<String, Tensor> all = VectorFile.tensors(FOLDER.resolve(name + ".safetensors"), name);
    List<Tensor> found = new ArrayList<>();
    while (all.containsKey(kind + found.size())) {
      found.add(all.get(kind + found.size()));
    }
    return found;
  }

  private static void requireOutputs(String name, Tensor[] outputs) {
    List<Tensor> expected = vectors(name, "output_");
    assertEquals(expected.size(), outputs.length);
    for (int i = 0; i < outputs.length; i++) {
      assertTrue(Errors.relative(outputs[i], expected.get(i)) < 1e-12, name + " output " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cond",
        "sizes",
        "wrapped",
        "containers",
        "shared",
        "tokens",
        "turned",
        "dtypes",
        "derived",
        "functional",
        "recurrent_decomposed"
      })
  void outputsArePyTorchs(String name) {
    try (PointerScope scope = new PointerScope();
        ExportedProgram model = load(name)) {
      Tensor[] inputs = vectors(name, "input_").toArray(Tensor[]::new);
      assertEquals(model.input_names().size(), inputs.length);
      Tensor[] outputs = model.forward_all(inputs);
      requireOutputs(name, outputs);
      assertEquals(model.output_names().size(), outputs.length);
    }
  }

  @Test
  void aBranchIsDecidedAtEachCall() {
    try (PointerScope scope = new PointerScope();
        Module model = load("cond")) {
      Tensor ones = torch.ones(new long[] {2, 4}).to(ScalarType.Double).requires_grad_(true);
      Tensor minus = ones.detach().neg().requires_grad_(true);
      assertTrue(model.forward(ones).min().item_double() >= 0); // a ReLU
      assertTrue(model.forward(minus).abs().max().item_double() < 1); // a tanh
      Tensor output = model.forward(minus);
      assertTrue(
          Autograd.grad(output, minus, torch.ones_like(output)).abs().max().item_double() > 0);
    }
  }

  @Test
  void sizesAndKeywordsAndNestedOutputs() {
    try (PointerScope scope = new PointerScope();
        ExportedProgram model = load("sizes")) {
      assertEquals(List.of("x", "scale"), model.input_names());
      assertEquals(List.of("y", "rest.1"), model.output_names());
      Tensor x = torch.randn(5, 4, 3, 6).to(ScalarType.Double);
      Tensor scale = torch.ones(new long[] {3}).to(ScalarType.Double);
      Map<String, Tensor> outputs = model.forward_named(Map.of("x", x, "scale", scale));
      assertEquals(15, outputs.get("y").size(0));
      assertInstanceOf(Linear.class, model.get_submodule("linear"));
    }
  }

  @Test
  void wholeNumbersComeAsTensors() {
    try (PointerScope scope = new PointerScope();
        ExportedProgram model = load("integer")) {
      assertEquals(List.of("x", "k"), model.input_names());
      Tensor x = torch.randn(4, 3).to(ScalarType.Double);
      Tensor k = torch.scalar_tensor(new Scalar(2L)).to(ScalarType.Long);
      Tensor expected =
          torch.cat(new org.bytedeco.pytorch.TensorVector(x, x), 1).mul(new Scalar(2));
      assertTrue(Errors.relative(model.forward(x, k), expected) < 1e-12);
    }
  }

  @Test
  void anErrorOfACallNamesTheLineOfPython() {
    try (PointerScope scope = new PointerScope();
        ExportedProgram model = load("integer")) {
      Tensor x = torch.randn(4, 3).to(ScalarType.Double);
      Tensor negative = torch.scalar_tensor(new Scalar(-1L)).to(ScalarType.Long);
      String message =
          assertThrows(JennitException.class, () -> model.forward(x, negative)).getMessage();
      assertTrue(message.contains("make.py:"), message);
      assertTrue(message.contains("repeat"), message);
    }
  }

  @Test
  void nothingIsDifferentiatedWhereGradientsWereOff() {
    try (PointerScope scope = new PointerScope();
        Module model = load("wrapped")) {
      Tensor x = vectors("wrapped", "input_").get(0).requires_grad_(true);
      Tensor output = model.forward(x);
      Map<String, Tensor> parameters = model.named_parameters();
      Tensor[] gradients =
          Autograd.grad(
              new Tensor[] {output},
              new Tensor[] {x, parameters.get("signal.weight")},
              new Tensor[] {torch.ones_like(output)});
      // gate and signal are linear maps; the gate is held constant.
      Tensor gate =
          torch.sigmoid(
              torch.linear(
                  x.detach(),
                  parameters.get("gate.weight"),
                  optional(parameters.get("gate.bias"))));
      Tensor expected = gate.matmul(parameters.get("signal.weight"));
      assertTrue(Errors.relative(gradients[0], expected) < 1e-12);
    }
  }

  private static org.bytedeco.pytorch.TensorOptional optional(Tensor tensor) {
    return new org.bytedeco.pytorch.TensorOptional(tensor);
  }

  @Test
  void containersAreNative() {
    try (PointerScope scope = new PointerScope();
        ExportedProgram model = load("containers")) {
      Module net = model.get_submodule("net");
      assertInstanceOf(Sequential.class, net);
      assertEquals(
          List.of(
              "Conv1d",
              "Identity",
              "BatchNorm1d",
              "LeakyReLU",
              "AdaptiveAvgPool1d",
              "Flatten",
              "Linear",
              "GroupNorm",
              "Softmax"),
          net.children().stream().map(Module::type_name).toList());
      assertInstanceOf(ModuleList.class, model.get_submodule("heads"));
      assertTrue(model.named_parameters().containsKey("idle.x.weight"));
      assertTrue(model.named_parameters().containsKey("scales.1"));
    }
  }

  @Test
  void aSharedModuleHoldsOneTensorUnderBothNames() {
    try (PointerScope scope = new PointerScope();
        ExportedProgram model = load("shared")) {
      assertEquals(List.of("first", "second"), model.output_names());
      model.named_parameters().get("body.0.weight").detach().fill_(new Scalar(3.0));
      Tensor other = model.named_parameters().get("head.first.weight");
      assertEquals(3, other.detach().max().item_double());
    }
  }

  @Test
  void statesOfARecurrentLayerAreItsInputs() {
    try (PointerScope scope = new PointerScope();
        ExportedProgram model = load("tokens")) {
      assertInstanceOf(LSTM.class, model.get_submodule("rnn"));
      assertEquals(
          "LSTM(3, 4, proj_size=2, num_layers=2, bidirectional=True)",
          model.get_submodule("rnn").toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"counter", "training"})
  void whatChangesWhenItRunsIsRefused(String name) {
    var error = assertThrows(JennitException.class, () -> load(name).close());
    String changed = name.equals("counter") ? "'count'" : "'bn.num_batches_tracked'";
    assertTrue(error.getMessage().contains("it changes " + changed), error::getMessage);
    assertTrue(error.getMessage().contains("make.py:"), error::getMessage);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dropping", "dropping_attention"})
  void programsOfModelsInTrainingAreRefused(String name) {
    var error = assertThrows(JennitException.class, () -> load(name).close());
    assertTrue(error.getMessage().contains("it draws anew"), error::getMessage);
    assertTrue(error.getMessage().contains("model.eval()"), error::getMessage);
    assertTrue(error.getMessage().contains("make.py:"), error::getMessage);
  }

  @Test
  void programsThatSwitchAutocastOnAreRefused() {
    var error = assertThrows(JennitException.class, () -> load("autocast").close());
    assertTrue(
        error.getMessage().contains("export the model without torch.autocast"), error::getMessage);
  }

  @Test
  void buffersKeepTheirDtypes() {
    try (PointerScope scope = new PointerScope();
        ExportedProgram model = load("dtypes")) {
      Map<String, Tensor> buffers = model.named_buffers();
      Map<String, ScalarType> expected =
          Map.ofEntries(
              Map.entry("as_float16", ScalarType.Half),
              Map.entry("as_bfloat16", ScalarType.BFloat16),
              Map.entry("as_float32", ScalarType.Float),
              Map.entry("as_float64", ScalarType.Double),
              Map.entry("as_int8", ScalarType.Char),
              Map.entry("as_uint8", ScalarType.Byte),
              Map.entry("as_int16", ScalarType.Short),
              Map.entry("as_int32", ScalarType.Int),
              Map.entry("as_int64", ScalarType.Long),
              Map.entry("as_bool", ScalarType.Bool),
              Map.entry("as_complex64", ScalarType.ComplexFloat),
              Map.entry("as_complex128", ScalarType.ComplexDouble),
              Map.entry("part", ScalarType.Double));
      assertEquals(expected.keySet(), buffers.keySet());
      expected.forEach(
          (name, dtype) -> assertEquals(dtype, buffers.get(name).scalar_type().intern(), name));
    }
  }

  @Test
  void aLinearLayerThatIsTakenApartAsBatchesIsNative() {
    try (PointerScope scope = new PointerScope();
        ExportedProgram model = load("turned")) {
      assertInstanceOf(Linear.class, model.get_submodule("linear"));
    }
  }
}
