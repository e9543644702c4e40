package org.jennit.canonizers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.JennitException;
import org.jennit.core.Autograd;
import org.jennit.core.Canonizer;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Numeric;
import org.jennit.models.Models;
import org.jennit.nn.BatchNorm1d;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.nn.Sum;
import org.jennit.nn.Tanh;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Canonized models compute what they did, to the last digits of double, and come back bit by bit.
 */
class CanonizedModelsTest {

  /** A model as it was, to compare with. */
  private record Before(
      String printed, Map<String, Module> modules, Map<String, Tensor> state, Tensor output) {

    static Before of(Module model, Tensor input) {
      Map<String, Tensor> state = model.state_dict();
      state.replaceAll((name, tensor) -> tensor.clone());
      return new Before(model.toString(), model.named_modules(), state, model.forward(input));
    }

    void assertRestored(Module model, Tensor input) {
      Before now = of(model, input);
      assertEquals(printed, now.printed);
      assertEquals(List.copyOf(modules.keySet()), List.copyOf(now.modules.keySet()));
      modules.forEach((path, module) -> assertSame(module, now.modules.get(path)));
      assertEquals(List.copyOf(state.keySet()), List.copyOf(now.state.keySet()));
      state.forEach((name, tensor) -> assertTrue(tensor.equal(now.state.get(name)), name));
      Numeric.assertClose(output, now.output, 0, "output");
      assertTrue(model.modules().stream().noneMatch(Module::is_overridden));
    }
  }

  /** Running statistics, scales and shifts that do something; convolutions keep their own draws. */
  private static Module drawn(String name) {
    org.bytedeco.pytorch.global.torch.manual_seed(5);
    Module model = Models.of(name, 5);
    model.to(ScalarType.Double);
    model.eval();
    long seed = 0;
    for (Module module : model.modules()) {
      if (module instanceof org.jennit.types.BatchNorm) {
        Numeric.drawn(module, seed++);
      }
    }
    return model;
  }

  private static Tensor images() {
    return Numeric.normal(7, 1, 3, 32, 32);
  }

  @TestFactory
  Stream<DynamicTest> theSameFunctionWithinTheDigitsOfDouble() {
    return Stream.of("resnet18", "densenet121", "mobilenet_v2", "efficientnet_b0")
        .map(name -> DynamicTest.dynamicTest(name, () -> sameFunction(name)));
  }

  private static void sameFunction(String name) {
    try (PointerScope scope = new PointerScope();
        Module model = drawn(name)) {
      Tensor x = images().requires_grad_(true);
      Before before = Before.of(model, x);
      Tensor output = model.forward(x);
      Tensor upper = Numeric.normal(8, output.shape());
      Tensor gradient = Autograd.grad(output, x, upper);
      try (CompositeContext context = new Composite(Canonizers.of(name)).context(model);
          CompositeContext again = new Composite(Canonizers.of(name)).context(model)) {
        Tensor canonized = model.forward(x);
        Numeric.assertClose(output, canonized, 1e-12, name);
        Numeric.assertClose(gradient, Autograd.grad(canonized, x, upper), 1e-11, "gradient");
      }
      before.assertRestored(model, x);
    }
  }

  /** Gives up once what came before it was applied. */
  private static final class Failing extends Canonizer {
    @Override
    public List<Canonizer> apply(Module root) {
      throw new IllegalStateException("on purpose");
    }

    @Override
    public void remove() {}

    @Override
    public Canonizer copy() {
      return this;
    }
  }

  @Test
  void aFailureAfterAResNetsCanonizersUndoesThem() {
    try (PointerScope scope = new PointerScope();
        Module model = drawn("resnet18")) {
      Tensor x = images();
      Before before = Before.of(model, x);
      for (Composite composite :
          List.of(
              new Composite(List.of(new ResNetCanonizer(), new Failing())),
              new Composite(
                  List.of(
                      new CompositeCanonizer(List.of(new ResNetCanonizer(), new Failing())))))) {
        assertThrows(IllegalStateException.class, () -> composite.context(model));
        before.assertRestored(model, x);
      }
    }
  }

  @Test
  void twoBatchNormsMergedIntoOneLayerAreUndoneInReverse() {
    try (PointerScope scope = new PointerScope();
        Sequential model =
            Numeric.drawn(
                new Sequential(new Linear(2, 3), new BatchNorm1d(3), new BatchNorm1d(3)), 1)) {
      model.eval();
      Tensor x = Numeric.normal(1, 4, 2);
      Before before = Before.of(model, x);
      List<NamedMergeBatchNorm.Names> both =
          List.of(
              new NamedMergeBatchNorm.Names(List.of("0"), "1"),
              new NamedMergeBatchNorm.Names(List.of("0"), "2"));
      try (CompositeContext context =
          new Composite(List.of(new NamedMergeBatchNorm(both))).context(model)) {
        Numeric.assertClose(before.output(), model.get_submodule("0").forward(x), 1e-12, "merged");
      }
      before.assertRestored(model, x);
      List<NamedMergeBatchNorm.Names> wrong = new ArrayList<>(both);
      wrong.add(new NamedMergeBatchNorm.Names(List.of("0"), "9"));
      assertThrows(
          IllegalArgumentException.class,
          () -> new Composite(List.of(new NamedMergeBatchNorm(wrong))).context(model));
      before.assertRestored(model, x);
    }
  }

  private static Sequential small() {
    return Numeric.drawn(
        new Sequential(new Linear(3, 3), new ReLU(), new Sequential(new Linear(3, 3))), 1);
  }

  @Test
  void addedChildrenStandLastAndGoAgain() {
    try (PointerScope scope = new PointerScope();
        Sequential model = small()) {
      Tensor x = Numeric.normal(1, 2, 3);
      Before before = Before.of(model, x);
      Map<String, Module> children = new LinkedHashMap<>();
      children.put("b", new Sum());
      children.put("a", new Tanh());
      // Without a forward of its own the module keeps what it does, and its forward sees the child.
      AttributeCanonizer canonizer =
          new AttributeCanonizer(
              (name, module) ->
                  name.equals("1") ? new AttributeCanonizer.Attributes(null, children) : null);
      try (CompositeContext context = new Composite(List.of(canonizer)).context(model)) {
        assertEquals(
            List.of("", "0", "1", "1.b", "1.a", "2", "2.0"),
            List.copyOf(model.named_modules().keySet()));
        Numeric.assertClose(before.output(), model.forward(x), 0, "unchanged");
      }
      before.assertRestored(model, x);
      assertTrue(children.values().stream().allMatch(Module::is_closed));
    }
  }

  @Test
  void anAttributeMapOrForwardThatThrows() {
    try (PointerScope scope = new PointerScope();
        Sequential model = small()) {
      Tensor x = Numeric.normal(1, 2, 3);
      Before before = Before.of(model, x);
      IllegalArgumentException reason = new IllegalArgumentException("not this one");
      AttributeCanonizer halfway =
          new AttributeCanonizer(
              (name, module) -> {
                if (name.equals("2")) {
                  throw reason;
                }
                return new AttributeCanonizer.Attributes(
                    (self, inputs) -> inputs[0], Map.of("extra", new Tanh()));
              });
      assertSame(
          reason,
          assertThrows(
              IllegalArgumentException.class,
              () -> new Composite(List.of(halfway)).context(model)));
      before.assertRestored(model, x);
      AttributeCanonizer later =
          new AttributeCanonizer(
              (name, module) ->
                  name.equals("2.0")
                      ? new AttributeCanonizer.Attributes(
                          (self, inputs) -> {
                            throw reason;
                          },
                          Map.of())
                      : null);
      try (CompositeContext context = new Composite(List.of(later)).context(model)) {
        JennitException failure = assertThrows(JennitException.class, () -> model.forward(x));
        assertSame(reason, failure.getCause());
        assertTrue(failure.getMessage().contains("'2.0' (Linear)"), failure.getMessage());
      }
      before.assertRestored(model, x);
    }
  }
}
