package org.jennit.attribution;

import static org.jennit.core.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.jennit.canonizers.Canonizers;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.EpsilonAlpha2Beta1Flat;
import org.jennit.composites.EpsilonGammaBox;
import org.jennit.composites.EpsilonPlus;
import org.jennit.core.Autograd;
import org.jennit.core.Call;
import org.jennit.core.Composite;
import org.jennit.core.Hook;
import org.jennit.core.Numeric;
import org.jennit.models.Models;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Many targets in one backward pass: what each gives in a pass of its own. */
class ManyTargetsTest {

  @TestFactory
  Stream<DynamicTest> wholeModels() {
    return Stream.of("vgg11_bn", "resnet18", "resnet50", "densenet121", "mobilenet_v2")
        .flatMap(
            name ->
                composites(name).stream()
                    .map(
                        composite ->
                            DynamicTest.dynamicTest(
                                name + " under " + composite, () -> sameAsAlone(name, composite))));
  }

  private static List<Composite> composites(String model) {
    return List.of(
        new EpsilonPlus(options(model)),
        new EpsilonGammaBox(options(model).low(-4).high(4)),
        new EpsilonAlpha2Beta1Flat(options(model)));
  }

  private static CompositeOptions options(String model) {
    return new CompositeOptions().canonizers(Canonizers.of(model));
  }

  private static void sameAsAlone(String name, Composite composite) {
    try (PointerScope scope = new PointerScope();
        Module model = Models.of(name, 5)) {
      model.eval();
      model.to(torch.ScalarType.Double);
      Tensor input = Numeric.normal(3, 2, 3, 32, 32);
      try (Gradient attributor = new Gradient(model, composite).open()) {
        Tensor all = attributor.targets(input, 4, 0, 2).relevance();
        assertClose(attributor.apply(input, 4).relevance(), all.select(0, 0), 1e-9, "target 4");
        assertClose(attributor.apply(input, 0).relevance(), all.select(0, 1), 1e-9, "target 0");
        assertClose(attributor.apply(input, 2).relevance(), all.select(0, 2), 1e-9, "target 2");
      }
    }
  }

  /** More than one backward pass takes, and a last one that is not full. */
  @Test
  void asManyAsTheOutputHas() {
    try (PointerScope scope = new PointerScope();
        Module model = Numeric.drawn(new Sequential(new Linear(4, 9), new ReLU()), 1)) {
      Tensor input = Numeric.normal(2, 5, 4);
      Tensor all = new Gradient(model).targets(input, 0, 1, 2, 3, 4, 5, 6, 7, 8).relevance();
      assertArrayEquals(new long[] {9, 5, 4}, all.shape());
      for (int target = 0; target < 9; target++) {
        Tensor alone = new Gradient(model).apply(input, target).relevance();
        assertClose(alone, all.select(0, target), 1e-12, "target " + target);
      }
    }
  }

  @Test
  void anOutputWithoutABatch() {
    try (PointerScope scope = new PointerScope();
        Module model = Numeric.drawn(new Linear(4, 3), 1)) {
      Tensor all = new Gradient(model).targets(Numeric.normal(2, 4), 2, 0).relevance();
      Tensor weight = model.named_parameters().get("weight").detach();
      assertClose(weight.select(0, 2), all.select(0, 0), 1e-12, "target 2");
      assertClose(weight.select(0, 0), all.select(0, 1), 1e-12, "target 0");
    }
  }

  @Test
  void anInputThatTheOutputDoesNotDependOnGetsZeros() {
    try (PointerScope scope = new PointerScope();
        Module model =
            new Module() {
              @Override
              protected Tensor compute(Tensor... inputs) {
                return torch.ones(inputs[0].size(0), 3).requires_grad_(true).exp();
              }
            }) {
      Tensor all = new Gradient(model).targets(torch.ones(2, 4), 0, 1).relevance();
      assertArrayEquals(new long[] {2, 2, 4}, all.shape());
      assertEquals(0, all.abs().max().item_double());
    }
  }

  /** What is written in Java may look at values, so that it gets whole tensors. */
  @Test
  void aRuleInJavaSeesOneTargetAtATime() {
    List<long[]> seen = new ArrayList<>();
    try (PointerScope scope = new PointerScope();
        Module model = Numeric.drawn(new Sequential(new Linear(4, 6), new ReLU()), 1)) {
      var handle =
          new Hook() {
            @Override
            protected Tensor[] backward(Call call, Tensor[] upper) {
              assertTrue(upper[0].isfinite().all().item_bool());
              seen.add(upper[0].shape());
              return upper;
            }
          }.register(model.get_submodule("1"));
      Tensor input = Numeric.normal(2, 3, 4);
      Tensor all = new Gradient(model).targets(input, 1, 5).relevance();
      assertEquals(2, seen.size());
      assertArrayEquals(new long[] {3, 6}, seen.get(0));
      assertClose(
          new Gradient(model).apply(input, 5).relevance(), all.select(0, 1), 1e-12, "target 5");
      handle.remove();
    }
  }

  @Test
  void batchedGradientsOfOtherShapesAreRefused() {
    try (PointerScope scope = new PointerScope()) {
      Tensor point = torch.ones(2, 3).requires_grad_(true);
      Tensor output = point.exp();
      for (Tensor wrong : List.of(torch.ones(2, 3), torch.ones(4, 3, 2), torch.ones(0, 2, 3))) {
        JennitException refused =
            assertThrows(
                JennitException.class,
                () -> Autograd.grad(output, point, wrong, Autograd.IS_GRADS_BATCHED));
        assertTrue(refused.getMessage().contains("[2, 3]"), refused::getMessage);
      }
      Tensor right = torch.ones(4, 2, 3);
      assertArrayEquals(
          new long[] {4, 2, 3},
          Autograd.grad(output, point, right, Autograd.IS_GRADS_BATCHED).shape());
    }
  }
}
