package org.jennit.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;
import org.jennit.core.Autograd;
import org.jennit.core.Numeric;
import org.jennit.core.Stabilizer;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.junit.jupiter.api.Test;

/** A rule treats a module as torch's layer where it is one, not where it has its name. */
class RulesByTypeTest {

  /** A user's class of this name, which is another function. */
  private static final class ReLU extends Module {
    @Override
    protected Tensor compute(Tensor... inputs) {
      return inputs[0].mul(new Scalar(3.0));
    }
  }

  /** Counts its calls. */
  private static final class Sum extends Module {
    private int calls;

    @Override
    protected Tensor compute(Tensor... inputs) {
      calls++;
      return inputs[0].sum(1);
    }
  }

  @Test
  void aUsersReLU() {
    try (PointerScope scope = new PointerScope();
        ReLU named = new ReLU();
        Module overridden = new org.jennit.nn.ReLU()) {
      overridden.override_forward(inputs -> inputs[0].mul(new Scalar(3.0)));
      Tensor x = Numeric.tensor(new double[] {-1, 2, -3, 4}, 4).requires_grad_(true);
      Tensor upper = Numeric.tensor(new double[] {1, 1, -1, -1}, 4);
      for (Module module : new Module[] {named, overridden}) {
        new ReLUGuidedBackprop().register(module);
        for (Autograd.Option[] options : new Autograd.Option[][] {{}, {Autograd.CREATE_GRAPH}}) {
          Numeric.assertClose(
              new double[] {3, 3, 0, 0},
              Numeric.values(Autograd.grad(module.forward(x), x, upper, options)),
              0,
              module.toString());
        }
      }
    }
  }

  @Test
  void aUsersSumIsNotCalledAgain() {
    try (PointerScope scope = new PointerScope();
        Sum sum = new Sum()) {
      new Norm(new Stabilizer(0.5)).register(sum);
      Tensor x = Numeric.tensor(new double[] {1, 2, 3, 4}, 2, 2).requires_grad_(true);
      Tensor relevance = Autograd.grad(sum.forward(x), x, Numeric.tensor(new double[] {7, 15}, 2));
      Numeric.assertClose(
          new double[] {2, 4, 6, 8}, Numeric.values(relevance), 1e-15, "in proportion");
      assertEquals(1, sum.calls);
    }
  }

  @Test
  void anOverriddenLayerIsNoLinearMap() {
    try (PointerScope scope = new PointerScope();
        Linear linear = Numeric.drawn(new Linear(3, 3), 1)) {
      Tensor x = Numeric.normal(1, 2, 3).requires_grad_(true);
      Tensor upper = Numeric.normal(2, 2, 3);
      Stabilizer stabilizer = new Stabilizer(0.5);
      linear.override_forward(inputs -> inputs[0].square());
      String message =
          assertThrows(JennitException.class, () -> new ZPlus().register(linear)).getMessage();
      assertTrue(message.contains("on a Linear whose forward is overridden"), message);
      new Epsilon(stabilizer).register(linear);
      Tensor z = x.square();
      Tensor expected = x.mul(x).mul(new Scalar(2.0)).mul(upper.div(stabilizer.apply(z)));
      for (Autograd.Option[] options : new Autograd.Option[][] {{}, {Autograd.CREATE_GRAPH}}) {
        Numeric.assertClose(
            expected, Autograd.grad(linear.forward(x), x, upper, options), 1e-13, "square");
      }
    }
  }

  @Test
  void aLayerThatIsOverriddenAfterwardsIsRefusedAtTheCall() {
    try (PointerScope scope = new PointerScope();
        Linear linear = Numeric.drawn(new Linear(3, 3), 1)) {
      Tensor x = Numeric.normal(1, 2, 3).requires_grad_(true);
      new ZPlus().register(linear);
      Tensor before = linear.forward(x);
      linear.override_forward(inputs -> inputs[0].square());
      String message = assertThrows(JennitException.class, () -> linear.forward(x)).getMessage();
      assertTrue(message.contains("on a Linear whose forward is overridden"), message);
      // A call from before is what it was.
      Tensor late = Autograd.grad(before, x, Numeric.normal(2, 2, 3));
      linear.override_forward(null);
      Tensor expected = Autograd.grad(linear.forward(x), x, Numeric.normal(2, 2, 3));
      Numeric.assertClose(expected, late, 0, "afterwards");
    }
  }
}
