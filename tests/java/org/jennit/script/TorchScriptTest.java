package org.jennit.script;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.nn.BatchNorm2d;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Dropout;
import org.jennit.nn.GraphModule;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.RemovableHandle;
import org.jennit.nn.Sequential;
import org.jennit.nn.Softplus;
import org.jennit.weights.StateDict;
import org.jennit.weights.Weights;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as trees: names, layers, weights, swaps, hooks, control flow. */
class TorchScriptTest {
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
  @ValueSource(strings = {"tiny_vgg_traced.pt", "tiny_vgg_scripted.pt"})
  void printsLikeTheModelInPython(String file) {
    // Only the numbers of a traced pooling stand as torch.jit wrote them down, as pairs.
    String pooling =
        file.contains("traced")
            ? "kernel_size=(2, 2), stride=(2, 2), padding=(0, 0), dilation=(1, 1), ceil_mode=False"
            : "kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False";
    String expected =
        """
        Sequential(
          (features): Sequential(
            (0): Conv2d(3, 6, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
            (1): ReLU(inplace=True)
            (2): MaxPool2d(POOLING)
            (3): Conv2d(6, 12, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
            (4): ReLU(inplace=True)
            (5): MaxPool2d(POOLING)
          )
          (avgpool): AdaptiveAvgPool2d(output_size=(3, 3))
          (flatten): Flatten(start_dim=1, end_dim=-1)
          (classifier): Sequential(
            (0): Linear(in_features=108, out_features=16, bias=True)
            (1): ReLU(inplace=True)
            (2): Dropout(p=0.5, inplace=False)
            (3): Linear(in_features=16, out_features=4, bias=True)
          )
        )\
        """
            .replace("POOLING", pooling);
    try (Module model = TorchScript.load(ScriptFiles.file(file))) {
      assertEquals(expected, model.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny_resnet_traced.pt", "tiny_resnet_scripted.pt"})
  void layersOfTorchAreNativeOnesAndOtherModulesExecuteTheirGraphs(String file) {
    try (Module model = TorchScript.load(ScriptFiles.file(file))) {
      assertInstanceOf(GraphModule.class, model);
      assertEquals("Tiny", model.type_name());
      assertEquals(
          List.of("conv1", "bn1", "relu", "pool", "layer1", "avgpool", "fc"),
          List.copyOf(model.named_children().keySet()));
      assertInstanceOf(Sequential.class, model.get_submodule("layer1"));
      assertInstanceOf(GraphModule.class, model.get_submodule("layer1.1"));
      assertEquals("Block", model.get_submodule("layer1.1").type_name());
      Conv2d convolution = assertInstanceOf(Conv2d.class, model.get_submodule("layer1.1.conv2"));
      assertEquals(
          "Conv2d(6, 6, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1), bias=False)",
          convolution.toString());
      assertEquals(1e-5, ((BatchNorm2d) model.get_submodule("bn1")).eps());
      assertInstanceOf(Linear.class, model.get_submodule("fc"));
      assertSame(convolution, model.get_submodule("layer1.1.conv2"));
      assertFalse(model.is_training());
      assertFalse(model.get_submodule("bn1").is_training());
    }
  }

  @Test
  void theStateIsTheFilesAndCanBeReplaced() throws IOException {
    Tensor input = ScriptFiles.input();
    try (Module model = TorchScript.load(ScriptFiles.file("tiny_resnet_traced.pt"));
        Module other = new EagerResNet();
        StateDict weights = Weights.load(ScriptFiles.file("tiny_resnet.pth"))) {
      Map<String, Tensor> state = model.state_dict();
      assertEquals(List.copyOf(weights.keySet()), List.copyOf(state.keySet()));
      weights.forEach((name, tensor) -> assertTrue(tensor.equal(state.get(name)), name));

      torch.manual_seed(11);
      other.requires_grad_(false);
      Map<String, Tensor> fresh = other.state_dict();
      fresh.forEach(
          (name, tensor) -> {
            if (tensor.is_floating_point()) {
              tensor.add_(torch.rand_like(tensor));
            }
          });
      model.load_state_dict(fresh);
      assertEquals(0, distance(other.forward(input), model.forward(input)), 1e-6);
      Tensor single = model.forward(input);
      model.to(torch.ScalarType.Double);
      other.to(torch.ScalarType.Double);
      Tensor wide = input.to(torch.ScalarType.Double);
      assertEquals(0, distance(other.forward(wide), model.forward(wide)), 1e-14);
      assertEquals(0, distance(model.forward(wide), single.to(torch.ScalarType.Double)), 1e-4);
    }
  }

  /** Relative to the largest value that is expected. */
  private static double distance(Tensor expected, Tensor actual) {
    return ScriptFiles.largest(actual.sub(expected)) / ScriptFiles.largest(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny_resnet_traced.pt", "tiny_resnet_scripted.pt"})
  void swappedChildrenAreTheOnesThatAreCalled(String file) throws IOException {
    Tensor input = ScriptFiles.input();
    try (Module model = TorchScript.load(ScriptFiles.file(file));
        Module eager = new EagerResNet();
        StateDict weights = Weights.load(ScriptFiles.file("tiny_resnet.pth"))) {
      eager.load_state_dict(weights);
      Tensor before = model.forward(input);
      for (Module tree : List.of(model, eager)) {
        assertEquals(
            List.of("relu", "layer1.0.relu", "layer1.1.relu"), ScriptFiles.paths(tree, ReLU.class));
        tree.get_submodule("layer1.0").replace_module("relu", new Softplus(2));
        tree.replace_module("relu", new Softplus(3));
      }
      assertEquals(0, distance(eager.forward(input), model.forward(input)), 1e-5);
      assertNotEquals(0, distance(before, model.forward(input)), 1e-2);
    }
  }

  @Test
  void hooksSeeAndReplaceWhatChildrenPutOut() {
    Tensor input = ScriptFiles.input();
    try (Module model = TorchScript.load(ScriptFiles.file("tiny_resnet_scripted.pt"))) {
      List<long[]> shapes = new ArrayList<>();
      Module relu = model.get_submodule("layer1.0.relu");
      Tensor before = model.forward(input);
      try (RemovableHandle handle =
          relu.register_forward_hook(
              (module, inputs, outputs) -> {
                shapes.add(outputs[0].shape());
                return outputs[0].mul(new Scalar(0.0));
              })) {
        assertNotEquals(0, distance(before, model.forward(input)), 1e-3);
      }
      assertEquals(2, shapes.size(), "the block calls its activation twice");
      assertArrayEquals(new long[] {2, 6, 4, 4}, shapes.get(0));
      assertTrue(model.forward(input).equal(before));
    }
  }

  @Test
  void loopsAndBranchesAreExecuted() {
    Path file =
        ScriptFiles.resnet(
            folder,
            """
            y0 = (self.bn1).forward((self.conv1).forward(x, ), )
            x0 = (self.pool).forward((self.relu).forward(y0, ), )
            x1 = x0
            for i in range(2):
              if torch.eq(i, 0):
                x2 = (self.layer1).forward(x1, )
              else:
                x2 = (self.avgpool).forward(x1, )
              x1 = x2
            if torch.gt(torch.size(x, 0), 1):
              y = (self.fc).forward(torch.flatten(x1, 1), )
            else:
              y = torch.neg((self.fc).forward(torch.flatten(x1, 1), ))
            return y
            """);
    Tensor input = ScriptFiles.input();
    try (Module model = TorchScript.load(file);
        Module plain = TorchScript.load(ScriptFiles.SCRIPTED_RESNET)) {
      assertTrue(model.forward(input).equal(plain.forward(input)));
      Tensor first = input.narrow(0, 0, 1);
      assertTrue(model.forward(first).equal(plain.forward(first).neg()));
    }
  }

  @Test
  void trainingModeReachesTheLayersOfTheFile() {
    try (Module model = TorchScript.load(ScriptFiles.file("tiny_vgg_traced.pt"))) {
      model.train();
      assertTrue(((Dropout) model.get_submodule("classifier.2")).is_training());
      Tensor input = ScriptFiles.input();
      torch.manual_seed(1);
      Tensor one = model.forward(input);
      assertFalse(model.forward(input).equal(one), "the dropout drops");
      model.eval();
      assertTrue(model.forward(input).equal(model.forward(input)));
    }
  }

  @Test
  void aClosedModelRefusesAndClosesOnce() {
    Module model = TorchScript.load(ScriptFiles.SCRIPTED_RESNET);
    Module block = model.get_submodule("layer1.0");
    Tensor input = ScriptFiles.input();
    model.close();
    model.close();
    assertTrue(model.is_closed());
    assertThrows(IllegalStateException.class, () -> model.forward(input));
    assertThrows(IllegalStateException.class, () -> block.forward(input));
  }
}
