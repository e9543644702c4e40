package org.jennit.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.canonizers.NamedMergeBatchNorm;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.EpsilonAlpha2Beta1Flat;
import org.jennit.composites.EpsilonGammaBox;
import org.jennit.composites.EpsilonPlus;
import org.jennit.composites.EpsilonPlusFlat;
import org.jennit.composites.GuidedBackprop;
import org.jennit.core.Autograd;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Coverage;
import org.jennit.core.Stabilizer;
import org.jennit.demo.SoftplusCanonizer;
import org.jennit.nn.Identity;
import org.jennit.nn.Module;
import org.jennit.nn.Softplus;
import org.jennit.nn.Sum;
import org.jennit.rules.Norm;
import org.jennit.weights.StateDict;
import org.jennit.weights.Weights;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules, canonizers and named operations on files, against the same network written by hand. */
class TorchScriptRulesTest {

  /** The residual network with everything but its blocks as functions of the layers' weights. */
  private static final String FUNCTIONAL =
      """
      c = self.conv1
      b = self.bn1
      f = self.fc
      y = torch.conv2d(x, c.weight, c.bias, [2, 2], [2, 2], [1, 1], 1)
      z = torch.batch_norm(y, b.weight, b.bias, b.running_mean, b.running_var,
          False, 0.1, 1e-05, True)
      p = torch.max_pool2d(torch.relu(z), [2, 2])
      a = torch.adaptive_avg_pool2d((self.layer1).forward(p, ), [1, 1])
      d = torch.dropout(torch.flatten(a, 1), 0.5, self.training)
      return torch.linear(d, f.weight, f.bias)
      """;

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

  private static CompositeOptions options() {
    return new CompositeOptions().low(-4).high(4);
  }

  private static List<Composite> composites() {
    return List.of(
        new EpsilonPlus(),
        new EpsilonPlusFlat(),
        new EpsilonAlpha2Beta1Flat(),
        new EpsilonGammaBox(options()),
        new GuidedBackprop());
  }

  private static Stream<Arguments> filesAndComposites() {
    return Stream.of("tiny_resnet_traced.pt", "tiny_resnet_scripted.pt")
        .flatMap(file -> composites().stream().map(composite -> Arguments.of(file, composite)));
  }

  private static Module eager() throws IOException {
    Module model = new EagerResNet();
    try (StateDict weights = Weights.load(ScriptFiles.file("tiny_resnet.pth"))) {
      model.load_state_dict(weights);
    }
    return model;
  }

  private static void assertClose(Tensor expected, Tensor actual) {
    double error = ScriptFiles.largest(actual.sub(expected)) / ScriptFiles.largest(expected);
    assertEquals(0, error, 1e-5);
  }

  @ParameterizedTest
  @MethodSource("filesAndComposites")
  void namedAdditionsShareRelevanceAsSumsDo(String file, Composite composite) throws IOException {
    Tensor input = ScriptFiles.input();
    try (Module named = TorchScript.load(ScriptFiles.file(file), true);
        Module plain = TorchScript.load(ScriptFiles.file(file));
        Module eager = eager()) {
      assertEquals(
          List.of("layer1.0.add_1", "layer1.1.add_1"), ScriptFiles.paths(named, Sum.class));
      assertTrue(named.forward(input).equal(plain.forward(input)));
      assertEquals(
          List.copyOf(plain.state_dict().keySet()), List.copyOf(named.state_dict().keySet()));
      Tensor expected = ScriptFiles.relevance(eager, composite, input);
      assertClose(expected, ScriptFiles.relevance(named, composite, input));
      boolean normalizes = !(composite instanceof GuidedBackprop);
      double apart =
          ScriptFiles.largest(ScriptFiles.relevance(plain, composite, input).sub(expected));
      assertEquals(normalizes, apart > 1e-3 * ScriptFiles.largest(expected));
    }
  }

  @Test
  void functionsOfWeightsGetTheRulesOfTheirLayers() throws IOException {
    Path file = ScriptFiles.resnet(folder, FUNCTIONAL);
    Tensor input = ScriptFiles.input();
    try (Module named = TorchScript.load(file, true);
        Module plain = TorchScript.load(file);
        Module eager = eager()) {
      assertTrue(
          List.copyOf(named.named_children().keySet())
              .containsAll(
                  List.of(
                      "conv2d_1",
                      "batch_norm_1",
                      "relu_1",
                      "max_pool2d_1",
                      "adaptive_avg_pool2d_1",
                      "flatten_1",
                      "dropout_1",
                      "linear_1")));
      Tensor output = plain.forward(input);
      assertTrue(named.forward(input).equal(output));
      assertEquals(
          List.copyOf(plain.state_dict().keySet()),
          List.copyOf(named.state_dict().keySet()),
          "weights keep their names");
      // Not those with another rule for the first layer: that is the unused one of the file.
      for (Composite composite : List.of(new EpsilonPlus(), new GuidedBackprop())) {
        Tensor expected = ScriptFiles.relevance(eager, composite, input);
        assertClose(expected, ScriptFiles.relevance(named, composite, input));
        Tensor unnamed = ScriptFiles.relevance(plain, composite, input);
        assertFalse(unnamed.allclose(expected), "what has no name has no rule");
      }
      try (CompositeContext context =
          new EpsilonPlus().coverage(Coverage.REQUIRE).context(named.get_submodule("layer1"))) {
        assertTrue(named.forward(input).equal(output), context::toString);
      }
    }
  }

  @Test
  void functionsOfPythonAreLookedThrough() {
    Path file =
        ScriptFiles.resnet(
            folder,
            """
            c = self.conv1
            b = self.bn1
            y = torch.conv2d(x, c.weight, c.bias, [2, 2], [2, 2], [1, 1], 1)
            z = __torch__.torch.nn.functional.batch_norm(y,
                b.running_mean, b.running_var, b.weight, b.bias, self.training, 0.1, 1e-05, )
            r = __torch__.torch.nn.functional.relu(z, True, )
            p = __torch__.torch.nn.functional._max_pool2d(r,
                [2, 2], None, [0, 0], [1, 1], False, False, )
            l = (self.layer1).forward(p, )
            a = __torch__.torch.nn.functional.adaptive_avg_pool2d(l, [1, 1], )
            return (self.fc).forward(torch.flatten(a, 1), )
            """);
    Tensor input = ScriptFiles.input();
    try (Module named = TorchScript.load(file, true);
        Module layers = TorchScript.load(ScriptFiles.SCRIPTED_RESNET, true)) {
      List<String> children = List.copyOf(named.named_children().keySet());
      assertEquals(
          List.of(
              "conv2d_1",
              "batch_norm_1",
              "relu_1",
              "max_pool2d_1",
              "adaptive_avg_pool2d_1",
              "flatten_1"),
          children.subList(layers.named_children().size() - 1, children.size()));
      assertEquals("ReLU(inplace=True)", named.get_submodule("relu_1").toString());
      assertEquals(
          layers.get_submodule("bn1").toString(), named.get_submodule("batch_norm_1").toString());
      assertTrue(named.forward(input).equal(layers.forward(input)));
      assertClose(
          ScriptFiles.relevance(layers, new EpsilonPlus(), input),
          ScriptFiles.relevance(named, new EpsilonPlus(), input));
    }
  }

  @Test
  void namedOperationsAreSwappedMergedAndTrained() {
    Path file = ScriptFiles.resnet(folder, FUNCTIONAL);
    Tensor input = ScriptFiles.input();
    try (Module model = TorchScript.load(file, true)) {
      Tensor before = model.forward(input);
      var names = new NamedMergeBatchNorm.Names(List.of("conv2d_1"), "batch_norm_1");
      Composite merging = new Composite(List.of(new NamedMergeBatchNorm(List.of(names))));
      try (CompositeContext context = merging.context(model)) {
        assertClose(before, model.forward(input));
        // Only what the convolution puts out has changed.
        model.replace_module("relu_1", new Identity());
        assertFalse(model.forward(input).allclose(before), context::toString);
      }
      model.replace_module("relu_1", new org.jennit.nn.ReLU());
      assertTrue(model.forward(input).equal(before));

      model.requires_grad_(true);
      model.forward(input).sum().backward();
      assertTrue(
          ScriptFiles.largest(model.get_submodule("conv1").get_parameter("weight").grad()) > 0);
      model.requires_grad_(false);
      Tensor bias = model.get_submodule("fc").get_parameter("bias");
      bias.add_(new Scalar(1.0));
      assertClose(before.add(new Scalar(1.0)), model.forward(input));
    }
  }

  @Test
  void theRecipeOfTheProjectWorksOnNamedActivations() {
    Path file = ScriptFiles.resnet(folder, FUNCTIONAL);
    Composite recipe = new Composite(List.of(new SoftplusCanonizer(10)));
    Tensor input = ScriptFiles.input();
    try (Module model = TorchScript.load(file, true);
        Module layers = TorchScript.load(ScriptFiles.SCRIPTED_RESNET)) {
      String printed = model.toString();
      List<Tensor> gradients = new ArrayList<>();
      for (Module tree : List.of(model, layers)) {
        try (CompositeContext context = recipe.context(tree)) {
          assertFalse(ScriptFiles.paths(tree, Softplus.class).isEmpty(), context::toString);
          Tensor output = tree.forward(input).select(1, 0).sum();
          Tensor gradient = Autograd.grad(output, input, Autograd.CREATE_GRAPH);
          gradients.add(Autograd.grad(gradient.square().sum(), input));
        }
      }
      assertNotEquals(0, ScriptFiles.largest(gradients.get(0)));
      assertClose(gradients.get(1), gradients.get(0));
      assertEquals(printed, model.toString());
    }
  }

  @Test
  void threadsGetTheBitsThatOneThreadGets() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Module model = TorchScript.load(ScriptFiles.SCRIPTED_RESNET, true);
        CompositeContext context = new EpsilonPlus().context(model)) {
      Tensor first = ScriptFiles.input();
      Tensor expected = attribution(model, first);
      List<Future<Boolean>> answers = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        answers.add(
            threads.submit(
                () -> {
                  try (PointerScope own = new PointerScope()) {
                    Tensor input = first.detach().clone().requires_grad_(true);
                    return attribution(model, input).equal(expected);
                  }
                }));
      }
      for (Future<Boolean> answer : answers) {
        assertTrue(answer.get(), context::toString);
      }
    } finally {
      threads.shutdown();
    }
  }

  private static Tensor attribution(Module model, Tensor input) {
    Tensor output = model.forward(input);
    return Autograd.grad(output, input, torch.ones_like(output));
  }

  /** The share of what is taken away is negative, and the weight of a summand is part of it. */
  @Test
  void differencesAndWeightedSumsShareTheirRelevance() {
    Path file =
        ScriptFiles.resnet(
            folder,
            """
            y = torch.sub(x, torch.tanh(x), alpha=2)
            return torch.add(y, torch.relu(x), alpha=-0.5)
            """);
    Tensor x = ScriptFiles.input();
    Stabilizer stabilizer = new Stabilizer(1e-3);
    Composite composite =
        new Composite(
            (context, name, module) -> module instanceof Sum ? new Norm(stabilizer) : null);
    try (Module model = TorchScript.load(file, true);
        CompositeContext context = composite.coverage(Coverage.IGNORE).context(model)) {
      assertEquals("Sum(alpha=-2.0)", model.get_submodule("sub_1").toString());
      assertEquals("Sum(alpha=-0.5)", model.get_submodule("add_1").toString());
      Tensor output = context.model().forward(x);
      Tensor upper = torch.rand_like(output);
      Tensor taken = x.tanh().mul(new Scalar(-2));
      Tensor y = x.add(taken);
      Tensor added = x.relu().mul(new Scalar(-0.5));
      Tensor share = upper.div(stabilizer.apply(y.add(added)));
      Tensor inner = y.mul(share).div(stabilizer.apply(y));
      Tensor slope = x.tanh().square().neg().add(new Scalar(1));
      Tensor expected =
          x.mul(inner)
              .add(taken.mul(inner).mul(slope))
              .add(added.mul(share).mul(x.gt(new Scalar(0))));
      assertClose(expected, Autograd.grad(output, x, upper));
    }
  }
}
