package org.jennit.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;
import org.jennit.core.Autograd;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Hook;
import org.jennit.core.Numeric;
import org.jennit.core.Stabilizer;
import org.jennit.nn.BatchNorm1d;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.junit.jupiter.api.Test;

/** What a rule cannot do is said at once, by name. */
class RuleRefusalTest {

  private static void refused(String part, Runnable work) {
    String message = assertThrows(JennitException.class, work::run).getMessage();
    assertTrue(message.contains(part), message);
  }

  @Test
  void wrongNumbers() {
    refused("alpha - beta must be 1", () -> new AlphaBeta(2, 0.5));
    refused("must not be negative", () -> new AlphaBeta(0.5, -0.5));
    refused("must not be negative", () -> new AlphaBeta(Double.NaN, 1));
    refused("must not be negative", () -> new Gamma(-0.1));
    refused("gamma", () -> new Gamma(Double.NaN));
    refused("gamma", () -> new Gamma(Double.POSITIVE_INFINITY));
    refused("beta_smooth", () -> new ReLUBetaSmooth(Double.NaN));
    for (double epsilon : new double[] {-1e-9, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThrows(IllegalArgumentException.class, () -> new Stabilizer(epsilon));
    }
  }

  @Test
  void modulesThatAreNoLinearMaps() {
    try (BatchNorm1d norm = new BatchNorm1d(3);
        ReLU relu = new ReLU()) {
      for (Hook hook :
          List.of(new ZPlus(), new Gamma(), new AlphaBeta(), new WSquare(), new ZBox(0, 1))) {
        refused("not on a BatchNorm1d", () -> hook.register(norm));
        refused("rule " + hook.name(), () -> hook.register(relu));
      }
      assertEquals(0, norm.hooks().count());
    }
  }

  @Test
  void aRefusalInACompositeNamesThePathAndUndoesTheOthers() {
    try (Sequential model = new Sequential(new Linear(2, 2), new Sequential(new ReLU()))) {
      Composite composite =
          new Composite(
              (context, name, module) -> module instanceof Sequential ? null : new ZPlus());
      refused("'1.0'", () -> composite.context(model));
      assertTrue(model.modules().stream().allMatch(module -> module.hooks().count() == 0));
      assertEquals(false, composite.is_registered(model));
    }
  }

  @Test
  void boundsThatDoNotBroadcast() {
    try (PointerScope scope = new PointerScope();
        Linear linear = Numeric.drawn(new Linear(3, 2), 1)) {
      Tensor x = Numeric.normal(1, 2, 3).requires_grad_(true);
      Tensor upper = Numeric.normal(2, 2, 2);
      for (Tensor low : List.of(Numeric.normal(3, 1, 2), Numeric.normal(3, 1, 1, 3))) {
        var handle = new ZBox(low, Numeric.tensor(new double[] {3}, 1, 1)).register(linear);
        refused("low has the shape", () -> Autograd.grad(linear.forward(x), x, upper));
        handle.remove();
      }
      // A longer batch is cut.
      Tensor longer = Numeric.normal(3, 5, 3).abs().neg();
      Tensor high = Numeric.tensor(new double[] {3}, 1, 1);
      var handle = new ZBox(longer, high).register(linear);
      Tensor cut = Autograd.grad(linear.forward(x), x, upper);
      handle.remove();
      new ZBox(longer.narrow(0, 0, 2), high).register(linear);
      Numeric.assertClose(Autograd.grad(linear.forward(x), x, upper), cut, 0, "cut");
    }
  }

  @Test
  void passNeedsOneShape() {
    try (PointerScope scope = new PointerScope();
        Sequential model = Numeric.drawn(new Sequential(new Linear(3, 2)), 1);
        CompositeContext context =
            new Composite((c, name, module) -> module instanceof Linear ? new Pass() : null)
                .context(model)) {
      Tensor x = Numeric.normal(1, 2, 3).requires_grad_(true);
      refused(
          "rule Pass of module '0' (Linear)",
          () -> Autograd.grad(model.forward(x), x, Numeric.normal(2, 2, 2)));
    }
  }

  @Test
  void aRelevanceThatIsNotFiniteNamesTheModule() {
    try (PointerScope scope = new PointerScope();
        Sequential model =
            Numeric.drawn(
                new Sequential(new Linear(3, 2, false), new ReLU(), new Linear(2, 2)), 1);
        CompositeContext context =
            new Composite(
                    (c, name, module) ->
                        switch (module.type_name()) {
                          case "Linear" -> new Epsilon(0);
                          case "ReLU" -> new Pass();
                          default -> null;
                        })
                .context(model)) {
      context.check_finite(true);
      Tensor zero = Numeric.tensor(new double[3], 1, 3).requires_grad_(true);
      refused(
          "module '0' (Linear)",
          () -> Autograd.grad(model.forward(zero), zero, Numeric.normal(2, 1, 2)));
    }
  }

  @Test
  void aClosedModule() {
    Module relu = new ReLU();
    relu.close();
    assertThrows(IllegalStateException.class, () -> new Pass().register(relu));
  }
}
