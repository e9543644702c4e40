package org.jennit.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.PReLU;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.rules.ClampMod;
import org.jennit.rules.GammaMod;
import org.jennit.rules.NoMod;
import org.junit.jupiter.api.Test;

/** Parameters changed for one pass, and not for longer. */
class ParamModTest {
  private static final List<String> NONE = List.of();

  private static Tensor doubled(Tensor parameter, String name) {
    return parameter.mul(new Scalar(2.0));
  }

  /** weight = (1, -2), bias = (-3). */
  private static Linear linear() {
    Linear linear = Numeric.drawn(new Linear(2, 1), 1);
    linear.load_state_dict(
        Map.of(
            "weight", Numeric.tensor(new double[] {1, -2}, 1, 2),
            "bias", Numeric.tensor(new double[] {-3}, 1)));
    return linear;
  }

  private static void assertModified(ParamMod mod, Module module, Map<String, double[]> expected) {
    Map<String, Tensor> modified = mod.modified(module);
    assertEquals(expected.keySet(), modified.keySet());
    expected.forEach(
        (name, values) -> assertArrayEquals(values, Numeric.values(modified.get(name)), name));
  }

  @Test
  void keysChooseWhatIsChanged() {
    try (PointerScope scope = new PointerScope();
        Linear linear = linear()) {
      double[] weight = {2, -4};
      double[] bias = {-6};
      double[] zero = {0};
      assertModified(
          new ParamMod(ParamModTest::doubled), linear, Map.of("weight", weight, "bias", bias));
      assertModified(
          new ParamMod(ParamModTest::doubled, List.of("weight"), NONE, true),
          linear,
          Map.of("weight", weight));
      assertModified(new ParamMod(ParamModTest::doubled, NONE, NONE, true), linear, Map.of());
      assertModified(
          new ParamMod(ParamModTest::doubled, null, List.of("bias", "unknown"), true),
          linear,
          Map.of("weight", weight, "bias", zero));
      assertModified(
          new ParamMod(ParamModTest::doubled, List.of("weight"), List.of("bias"), true),
          linear,
          Map.of("weight", weight));
    }
  }

  @Test
  void ensureTakesAFunctionOrAParamMod() {
    ClampMod clamp = new ClampMod(0.0, null);
    assertSame(clamp, ParamMod.ensure(clamp));
    assertThrows(NullPointerException.class, () -> ParamMod.ensure((ParamMod) null));
    try (PointerScope scope = new PointerScope();
        Linear linear = linear()) {
      assertModified(
          ParamMod.ensure(ParamModTest::doubled),
          linear,
          Map.of("weight", new double[] {2, -4}, "bias", new double[] {-6}));
    }
  }

  @Test
  void theModifierSeesTheNames() {
    List<String> seen = new ArrayList<>();
    try (PointerScope scope = new PointerScope();
        Linear linear = linear()) {
      new ParamMod(
              (parameter, name) -> {
                seen.add(name);
                return parameter;
              })
          .modified(linear);
      assertEquals(List.of("weight", "bias"), seen);
    }
  }

  @Test
  void builtInModifiers() {
    try (PointerScope scope = new PointerScope();
        Linear linear = linear()) {
      assertModified(
          new ClampMod(0.0, null),
          linear,
          Map.of("weight", new double[] {1, 0}, "bias", new double[] {0}));
      assertModified(
          new ClampMod(null, 0.0, List.of("bias")),
          linear,
          Map.of("weight", new double[] {0, -2}, "bias", new double[] {0}));
      assertModified(
          new ClampMod(-2.5, 0.5),
          linear,
          Map.of("weight", new double[] {0.5, -2}, "bias", new double[] {-2.5}));
      assertModified(
          new GammaMod(0.5, 0.0, null),
          linear,
          Map.of("weight", new double[] {1.5, -2}, "bias", new double[] {-3}));
      assertModified(
          new GammaMod(0.5, null, 0.0),
          linear,
          Map.of("weight", new double[] {1, -3}, "bias", new double[] {-4.5}));
      assertModified(
          new NoMod(List.of("weight")),
          linear,
          Map.of("weight", new double[] {0, 0}, "bias", new double[] {-3}));
    }
  }

  @Test
  void missingParametersAreNamedUnlessTheyMayBe() {
    try (PointerScope scope = new PointerScope();
        ReLU relu = new ReLU();
        Linear bare = new Linear(2, 1, false)) {
      ParamMod required =
          new ParamMod(ParamModTest::doubled, List.of("weight", "scale"), NONE, true);
      String message =
          assertThrows(JennitException.class, () -> required.modified(relu)).getMessage();
      assertTrue(message.contains("ReLU lacks"), message);
      assertTrue(message.contains("weight, scale"), message);
      assertModified(
          new ParamMod(ParamModTest::doubled, List.of("weight"), NONE, false), relu, Map.of());
      // No bias is a bias that is not there, not one that is missing.
      assertEquals(
          List.of("weight"),
          List.copyOf(
              new ParamMod(ParamModTest::doubled, List.of("weight", "bias"), NONE, true)
                  .modified(bare)
                  .keySet()));
    }
  }

  private static BasicHook withParameters(ParamMod mod) {
    return new BasicHook(null, List.of(mod), null, (upper, outputs) -> new Tensor[] {upper}, null);
  }

  /** A dense layer in Java. */
  private static final class Dense extends Module {
    Dense() {
      register_parameter("weight", Numeric.tensor(new double[] {1, -2}, 1, 2));
      register_parameter("bias", Numeric.tensor(new double[] {-3}, 1));
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      return inputs[0].matmul(get_parameter("weight").t()).add(get_parameter("bias"));
    }
  }

  @Test
  void aRulesPassUsesThemAndTheModuleKeepsItsOwn() {
    for (Module module : List.of(linear(), new Dense())) {
      try (PointerScope scope = new PointerScope();
          Sequential model = new Sequential(module)) {
        double[] state = Numeric.values(model.state_dict().get("0.weight"));
        Tensor x = Numeric.tensor(new double[] {5, 7}, 1, 2).requires_grad_(true);
        Tensor upper = Numeric.tensor(new double[] {1}, 1, 1);
        withParameters(new ClampMod(0.0, null)).register(module);
        Tensor relevance = Autograd.grad(model.forward(x), x, upper);
        assertArrayEquals(new double[] {5, 0}, Numeric.values(relevance), module.type_name());
        assertArrayEquals(state, Numeric.values(model.state_dict().get("0.weight")));
        assertArrayEquals(new double[] {5 - 14 - 3}, Numeric.values(model.forward(x)));
      }
    }
  }

  @Test
  void aModifierOfTheWrongShapeOrThatThrowsIsAnError() {
    try (PointerScope scope = new PointerScope();
        Sequential model = new Sequential(linear())) {
      Tensor x = Numeric.tensor(new double[] {5, 7}, 1, 2).requires_grad_(true);
      Tensor upper = Numeric.tensor(new double[] {1}, 1, 1);
      IllegalStateException reason = new IllegalStateException("no more parameters");
      for (ParamMod mod :
          List.of(
              new ParamMod((parameter, name) -> Numeric.normal(1, 9, 9)),
              new ParamMod((parameter, name) -> null),
              new ParamMod(
                  (parameter, name) -> {
                    throw reason;
                  }))) {
        try (CompositeContext context =
            new Composite((c, name, m) -> m instanceof Linear ? withParameters(mod) : null)
                .context(model)) {
          String message =
              assertThrows(JennitException.class, () -> Autograd.grad(model.forward(x), x, upper))
                  .getMessage();
          assertTrue(message.contains("module '0' (Linear)"), message);
        }
      }
      assertArrayEquals(new double[] {-12}, Numeric.values(model.forward(x)));
    }
  }

  @Test
  void otherLayersWithParameters() {
    try (PointerScope scope = new PointerScope();
        PReLU prelu = Numeric.drawn(new PReLU(), 1)) {
      Tensor x = Numeric.tensor(new double[] {-2, 3}, 1, 2).requires_grad_(true);
      double slope = Numeric.values(prelu.get_parameter("weight"))[0];
      withParameters(new ParamMod(ParamModTest::doubled)).register(prelu);
      Tensor upper = Numeric.tensor(new double[] {1, 1}, 1, 2);
      assertArrayEquals(
          new double[] {-2 * 2 * slope, 3},
          Numeric.values(Autograd.grad(prelu.forward(x), x, upper)),
          1e-15);
    }
  }
}
