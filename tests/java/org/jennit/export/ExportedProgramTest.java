package org.jennit.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.JennitException;
import org.jennit.conformance.Errors;
import org.jennit.conformance.VectorFile;
import org.jennit.core.Autograd;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.demo.SoftplusCanonizer;
import org.jennit.nn.LSTM;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.nn.Softplus;
import org.jennit.nn.Sum;
import org.junit.jupiter.api.Test;

/**
 * What an exported program is once it is open; its numbers are compared in the conformance test.
 */
class ExportedProgramTest {
  private static Map<String, Tensor> vectors(String id) {
    return VectorFile.tensors(
        ExportedFiles.FOLDER.resolveSibling("exported.safetensors"), "exported-" + id);
  }

  private static Tensor pictures(long count) {
    torch.manual_seed(3);
    return torch.randn(count, 3, 8, 8).to(ScalarType.Double);
  }

  @Test
  void layersAreNativeUnderTheirNames() {
    try (PointerScope scope = new PointerScope();
        ExportedProgram model = ExportedProgram.load(ExportedFiles.file("cnn_residual"))) {
      assertEquals("CnnResidual", model.type_name());
      assertEquals("part_exported.CnnResidual", model.class_names().get(""));
      assertInstanceOf(Sequential.class, model.get_submodule("body"));
      assertEquals(
          "Conv2d(3, 6, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))",
          model.get_submodule("stem").toString());
      assertInstanceOf(Sum.class, model.get_submodule("add_1"));
      assertInstanceOf(ReLU.class, model.get_submodule("relu_1"));
      assertTrue(model.get_submodule("unused").named_parameters().containsKey("weight"));
      assertTrue(model.named_buffers().containsKey("shift"));
    }
    try (Module model = ExportedProgram.load(ExportedFiles.file("lstm_classifier"))) {
      assertInstanceOf(LSTM.class, model.get_submodule("rnn"));
    }
  }

  @Test
  void aModuleThatIsCalledTwiceIsOneModule() {
    try (PointerScope scope = new PointerScope();
        Module model = ExportedProgram.load(ExportedFiles.file("cnn_residual"))) {
      AtomicInteger calls = new AtomicInteger();
      try (var handle =
          model
              .get_submodule("relu")
              .register_forward_hook(
                  (module, inputs, outputs) -> {
                    calls.incrementAndGet();
                    return null;
                  })) {
        model.forward(pictures(2));
      }
      assertEquals(2, calls.get());
    }
  }

  @Test
  void inputsAndOutputsHaveNames() {
    Map<String, Tensor> expected = vectors("0013");
    try (PointerScope scope = new PointerScope();
        ExportedProgram model =
            ExportedProgram.load(ExportedFiles.file("two_inputs_two_outputs"))) {
      assertEquals(List.of("x", "extra.bias", "extra.scale"), model.input_names());
      assertEquals(List.of("low", "high.0", "high.1"), model.output_names());
      Map<String, Tensor> outputs =
          model.forward_named(
              Map.of(
                  "x", expected.get("input_0"),
                  "extra.bias", expected.get("input_1"),
                  "extra.scale", expected.get("input_2")));
      assertEquals(model.output_names(), List.copyOf(outputs.keySet()));
      assertTrue(Errors.relative(outputs.get("high.0"), expected.get("output_1")) < 1e-12);
      var error =
          assertThrows(
              IllegalArgumentException.class,
              () -> model.forward_named(Map.of("x", expected.get("input_0"))));
      assertTrue(error.getMessage().contains("extra.bias"), error::getMessage);
    }
  }

  @Test
  void shapesItWasNotExportedForAreRefused() {
    try (PointerScope scope = new PointerScope();
        Module fixed = ExportedProgram.load(ExportedFiles.file("cnn_residual"));
        Module dynamic = ExportedProgram.load(ExportedFiles.file("cnn_residual_dynamic"))) {
      refused(
          fixed, pictures(3), "input 'x' has the shape [3, 3, 8, 8]", "[2, 3, 8, 8]", "dynamic");
      refused(dynamic, pictures(65), "[s77 (1 to 64), 3, 8, 8]", "dimension 0 (s77) has 1 to 64");
      refused(dynamic, pictures(2).narrow(2, 0, 7), "[2, 3, 7, 8]", "[s77 (1 to 64), 3, 8, 8]");
      refused(dynamic, pictures(2).select(0, 0), "[3, 8, 8]");
      assertEquals(64, dynamic.forward(pictures(64)).size(0));
    }
  }

  private static void refused(Module model, Tensor input, String... words) {
    var error = assertThrows(JennitException.class, () -> model.forward(input));
    for (String word : words) {
      assertTrue(error.getMessage().contains(word), error::getMessage);
    }
  }

  @Test
  void tiedWeightsStayTied() {
    try (PointerScope scope = new PointerScope();
        Module model = ExportedProgram.load(ExportedFiles.file("tied"))) {
      Map<String, Tensor> parameters = model.named_parameters();
      parameters.get("emb.weight").detach().fill_(new Scalar(7.0));
      assertEquals(7, parameters.get("out.weight").detach().max().item_double());
      assertInstanceOf(Linear.class, model.get_submodule("out"));
      assertEquals("Embedding", model.get_submodule("emb").type_name());
    }
  }

  /** The derivative of a relevance that was taken with every ReLU a Softplus. */
  @Test
  void theSoftplusRecipe() {
    try (PointerScope scope = new PointerScope();
        Module model = ExportedProgram.load(ExportedFiles.file("cnn_residual"))) {
      Tensor input = pictures(2).requires_grad_(true);
      Tensor direction = pictures(2);
      try (CompositeContext context =
          new Composite(List.of(new SoftplusCanonizer(10))).context(model)) {
        assertInstanceOf(Softplus.class, model.get_submodule("relu"));
        assertInstanceOf(Softplus.class, model.get_submodule("relu_1"));
        Tensor derivative = Autograd.grad(loss(model, input), input);
        double step = 1e-5;
        Tensor there = input.detach().add(direction.mul(new Scalar(step))).requires_grad_(true);
        Tensor back = input.detach().sub(direction.mul(new Scalar(step))).requires_grad_(true);
        double expected = loss(model, there).sub(loss(model, back)).item_double() / (2 * step);
        double actual = derivative.mul(direction).sum().item_double();
        assertEquals(expected, actual, 1e-6 * Math.abs(expected));
      }
      assertInstanceOf(ReLU.class, model.get_submodule("relu"));
      assertInstanceOf(ReLU.class, model.get_submodule("relu_1"));
    }
  }

  private static Tensor loss(Module model, Tensor input) {
    Tensor output = model.forward(input);
    Tensor relevance = Autograd.grad(output, input, torch.ones_like(output), Autograd.CREATE_GRAPH);
    return relevance.pow(new Scalar(2)).mean();
  }

  @Test
  void nothingIsLeftBehind() throws InterruptedException {
    ExportedProgram.load(ExportedFiles.file("cnn_residual")).close();
    System.gc();
    long before = Pointer.totalCount();
    ExportedProgram.load(ExportedFiles.file("resnet_like")).close();
    // What only names native objects goes with the garbage.
    for (int i = 0; i < 100 && Pointer.totalCount() > before; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertTrue(Pointer.totalCount() <= before);
  }
}
