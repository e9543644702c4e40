package org.jennit.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.canonizers.Canonizers;
import org.jennit.canonizers.ResNetCanonizer;
import org.jennit.canonizers.VGGCanonizer;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.EpsilonPlus;
import org.jennit.composites.LayerMapComposite.Entry;
import org.jennit.core.Autograd;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Hook;
import org.jennit.nn.Module;
import org.jennit.nn.Sum;
import org.jennit.rules.Epsilon;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The canonizers of the architectures keep the function, restore the model, and let relevance be
 * conserved.
 */
class ModelCanonizersTest {
  private static final List<String> FAMILIES =
      List.of("vgg11_bn", "resnet18", "resnet50", "mobilenet_v2", "densenet121", "efficientnet_b0");

  /**
   * With batch norms that do something; their shifts, and all biases, lie within {@code shift} of
   * zero.
   */
  private static Module model(String name, double shift) {
    torch.manual_seed(3);
    Module model = Models.of(name, 10);
    model.eval();
    try (PointerScope scope = new PointerScope();
        NoGradGuard unrecorded = new NoGradGuard()) {
      model
          .state_dict()
          .forEach(
              (key, tensor) -> {
                if (key.endsWith("running_var")) {
                  tensor.uniform_(0.5, 1.5, new GeneratorOptional());
                } else if (key.endsWith("weight") && tensor.dim() == 1) {
                  tensor.uniform_(0.8, 1.2, new GeneratorOptional());
                } else if (key.endsWith("weight")) {
                  // Torchvision's own draw lets signals die out where batch norms do not train.
                  double bound = Math.sqrt(6.0 * tensor.size(0) / tensor.numel());
                  tensor.uniform_(-bound, bound, new GeneratorOptional());
                } else if (key.endsWith("bias") || key.endsWith("running_mean")) {
                  tensor.uniform_(-1, 1, new GeneratorOptional()).mul_(new Scalar(shift));
                }
              });
    }
    return model;
  }

  private static Tensor input() {
    torch.manual_seed(4);
    return torch.randn(1, 3, 64, 64);
  }

  private static double largest(Tensor difference) {
    return difference.abs().max().item_double();
  }

  @TestFactory
  Stream<DynamicTest> keepTheFunctionAndRestoreTheModel() {
    return FAMILIES.stream()
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name,
                    () -> {
                      try (PointerScope scope = new PointerScope();
                          Module model = model(name, 0.2)) {
                        keepsAndRestores(name, model);
                      }
                    }));
  }

  private static void keepsAndRestores(String name, Module model) {
    model.to(torch.ScalarType.Double);
    Tensor input = input().to(torch.ScalarType.Double);
    Tensor before = model.forward(input);
    String printed = model.toString();
    Map<String, Module> modules = model.named_modules();
    Map<String, Tensor> state = model.state_dict();
    state.replaceAll((key, tensor) -> tensor.clone());
    try (CompositeContext context = new Composite(Canonizers.of(name)).context(model)) {
      Tensor canonized = model.forward(input);
      assertEquals(0, largest(canonized.sub(before)) / largest(before), 1e-12, name);
      assertEquals(List.copyOf(state.keySet()), List.copyOf(model.state_dict().keySet()));
    }
    assertEquals(printed, model.toString());
    assertEquals(List.copyOf(modules.keySet()), List.copyOf(model.named_modules().keySet()));
    modules.forEach((path, module) -> assertSame(module, model.get_submodule(path)));
    model.state_dict().forEach((key, tensor) -> assertTrue(tensor.equal(state.get(key)), key));
    assertTrue(model.forward(input).equal(before), "bits after removal");
  }

  @TestFactory
  Stream<DynamicTest> relevanceIsConservedWhereNothingIsShifted() {
    return FAMILIES.stream()
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name,
                    () -> {
                      try (PointerScope scope = new PointerScope();
                          Module model = model(name, 0)) {
                        conserves(name, model);
                      }
                    }));
  }

  private static void conserves(String name, Module model) {
    // In double and with next to no stabilizer: fresh weights make deep models' signals tiny.
    model.to(torch.ScalarType.Double);
    Hook epsilon = new Epsilon(1e-100);
    CompositeOptions options =
        new CompositeOptions()
            .canonizers(Canonizers.of(name))
            .layer_map(List.of(new Entry(org.jennit.types.Linear.class, epsilon)))
            .stabilizer(1e-100);
    try (CompositeContext context = new EpsilonPlus(options).context(model)) {
      Tensor input = input().to(torch.ScalarType.Double).requires_grad_(true);
      Tensor output = model.forward(input);

      Tensor target = torch.zeros_like(output).index_fill(1, torch.tensor(3L), new Scalar(1.0));
      Tensor relevance = Autograd.grad(output, input, target);
      assertEquals(1, relevance.sum().item_double(), 1e-2, name);
    }
  }

  @Test
  void residualAdditionsBecomeSums() {
    try (PointerScope scope = new PointerScope();
        Module model = Models.of("resnet18", 10)) {
      try (CompositeContext context =
          new Composite(List.of(new ResNetCanonizer())).context(model)) {
        assertEquals(8, model.modules().stream().filter(Sum.class::isInstance).count());
        assertTrue(model.get_submodule("layer3.1.canonizer_sum") instanceof Sum);
      }
      assertFalse(model.named_modules().containsKey("layer3.1.canonizer_sum"));
    }
  }

  @Test
  void eachArchitectureHasItsCanonizer() {
    assertTrue(Canonizers.of("alexnet").isEmpty());
    assertTrue(Canonizers.of("vgg19_bn").get(0) instanceof VGGCanonizer);
    assertTrue(Canonizers.of("wide_resnet50_2").get(0) instanceof ResNetCanonizer);
    for (String name : Canonizers.names()) {
      assertTrue(Canonizers.named(name).copy() != null, name);
    }
    Throwable model = assertThrows(IllegalArgumentException.class, () -> Canonizers.of("vgg12"));
    assertTrue(model.getMessage().contains("'vgg12'; there are alexnet"));
    Throwable canonizer =
        assertThrows(IllegalArgumentException.class, () -> Canonizers.named("Vgg"));
    assertTrue(canonizer.getMessage().contains("'Vgg'; there are DenseNetCanonizer"));
  }
}
