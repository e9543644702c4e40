package org.jennit.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.jennit.attribution.Gradient;
import org.jennit.canonizers.ResNetCanonizer;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.EpsilonPlus;
import org.jennit.composites.LayerMapComposite;
import org.jennit.composites.MixedComposite;
import org.jennit.composites.NameMapComposite;
import org.jennit.models.ResNet;
import org.jennit.nn.Linear;
import org.jennit.nn.MaxPool2d;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.rules.Epsilon;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What is said of the graph that the first call recorded. */
class GraphCoverageTest {

  /** A layer, and something that its forward does to what the layer answers. */
  private static final class Doing extends Module {
    private final UnaryOperator<Tensor> operation;

    Doing(UnaryOperator<Tensor> operation) {
      this.operation = operation;
      register_module("layer", new Linear(4, 4));
      register_parameter("own", Numeric.normal(1, 4));
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      return operation.apply(get_submodule("layer").forward(inputs[0]));
    }
  }

  private static EpsilonPlus required() {
    EpsilonPlus composite = new EpsilonPlus();
    composite.coverage(Coverage.REQUIRE);
    return composite;
  }

  private static void attribute(Module model, Composite composite) {
    try (PointerScope scope = new PointerScope()) {
      new Gradient(model, composite).apply(Numeric.normal(2, 3, 4), output -> output);
    }
  }

  private static DynamicTest named(String operation, UnaryOperator<Tensor> work) {
    return DynamicTest.dynamicTest(
        operation,
        () -> {
          try (Sequential model =
              Numeric.drawn(new Sequential(new Doing(work), new Linear(4, 4)), 1)) {
            JennitException refusal =
                assertThrows(JennitException.class, () -> attribute(model, required()));
            assertTrue(
                refusal.getMessage().contains("'" + operation + "' in '0' (Doing)"),
                refusal.getMessage());
            attribute(model, new EpsilonPlus());
          }
        });
  }

  private static DynamicTest quiet(String operation, UnaryOperator<Tensor> work) {
    return DynamicTest.dynamicTest(
        operation + " hands on value by value",
        () -> {
          try (Sequential model =
              Numeric.drawn(new Sequential(new Doing(work), new Linear(4, 4)), 1)) {
            attribute(model, required());
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> operationsThatMixSplitOrScale() {
    Scalar half = new Scalar(0.5);
    Tensor constant = Numeric.normal(5, 4);
    constant.retainReference();
    return Stream.of(
        named("add", x -> x.add(x.relu())),
        named("rsub", x -> torch.rsub(x, half)),
        named("sub", x -> constant.sub(x)),
        named("mul", x -> x.mul(x.sigmoid())),
        named("mul", x -> x.mul(half)),
        named("softmax", x -> torch.softmax(x, 1)),
        named("native_layer_norm", x -> torch.layer_norm(x, 4)),
        named(
            "mean",
            x ->
                x.mean(new long[] {1}, true, new org.bytedeco.pytorch.ScalarTypeOptional())
                    .expand(3, 4)),
        named("mm", x -> x.matmul(Numeric.normal(3, 4, 4))),
        named("relu", Tensor::relu));
  }

  @TestFactory
  Stream<DynamicTest> operationsThatDoNot() {
    Tensor constant = Numeric.normal(5, 4);
    constant.retainReference();
    return Stream.of(
        quiet("a shift", x -> x.add(constant)),
        quiet("a shift down", x -> x.sub(constant)),
        quiet("a view", x -> x.view(3, 2, 2).transpose(1, 2).reshape(3, 4)),
        quiet("a concatenation", x -> torch.cat(new TensorVector(x, x), 1).narrow(1, 2, 4)),
        quiet("a maximum", x -> x.amax(new long[] {1}, true).expand(3, 4)),
        quiet("a copy", Tensor::clone));
  }

  @Test
  void canonizersMakeResidualNetworksCovered() {
    try (PointerScope scope = new PointerScope();
        ResNet model = ResNet.resnet18(3)) {
      model.eval();
      Tensor image = torch.randn(1, 3, 32, 32);
      Composite plain = new EpsilonPlus().coverage(Coverage.REQUIRE);
      String message =
          assertThrows(
                  JennitException.class, () -> new Gradient(model, plain).target(0).apply(image))
              .getMessage();
      assertTrue(message.contains("'add' in 'layer1.0' (BasicBlock)"), message);
      Composite canonized =
          new EpsilonPlus(new CompositeOptions().canonizers(new ResNetCanonizer()))
              .coverage(Coverage.REQUIRE);
      assertEquals(4, new Gradient(model, canonized).target(0).apply(image).relevance().dim());
    }
  }

  @Test
  void namesThatTheModelDoesNotHaveAreTold() {
    Composite misspelt =
        new MixedComposite(
            List.of(
                new NameMapComposite(
                    List.of(new NameMapComposite.Entry(List.of("0", "laier"), new Epsilon()))),
                new LayerMapComposite(
                    List.of(new LayerMapComposite.Entry(Linear.class, new Epsilon())))));
    try (Sequential model = new Sequential(new Linear(4, 4))) {
      String message =
          assertThrows(
                  JennitException.class, () -> misspelt.coverage(Coverage.REQUIRE).context(model))
              .getMessage();
      assertEquals("the composite names modules that the model does not have: [laier]", message);
    }
  }

  @Test
  void aCompositeThatAttachesNothingIsTold() {
    Composite nothing =
        new LayerMapComposite(List.of(new LayerMapComposite.Entry(MaxPool2d.class, new Epsilon())));
    try (Sequential model = Numeric.drawn(new Sequential(new Linear(4, 4)), 1)) {
      String message =
          assertThrows(
                  JennitException.class, () -> attribute(model, nothing.coverage(Coverage.REQUIRE)))
              .getMessage();
      assertTrue(message.contains("no rule of the composite stands between"), message);
    }
  }

  @Test
  void aDetachOnTheWayIsTold() {
    try (Sequential model =
        Numeric.drawn(new Sequential(new Doing(Tensor::detach), new Linear(4, 4)), 1)) {
      String message =
          assertThrows(JennitException.class, () -> attribute(model, required())).getMessage();
      assertTrue(message.contains("does not depend on its input"), message);
    }
  }

  @Test
  void contextsJudgeTheFirstCallThatIsRecorded() {
    try (PointerScope scope = new PointerScope();
        Sequential model = Numeric.drawn(new Sequential(new Doing(x -> x.add(x)), new ReLU()), 1);
        CompositeContext context = required().context(model)) {
      Tensor input = Numeric.normal(2, 3, 4);
      assertEquals(2, model.forward(input).dim(), "nothing is asked of a call without a graph");
      Tensor point = input.clone().requires_grad_(true);
      assertThrows(JennitException.class, () -> model.forward(point));
      assertEquals(2, model.forward(point).dim(), "said once");
      assertEquals(model, context.model());
    }
  }
}
