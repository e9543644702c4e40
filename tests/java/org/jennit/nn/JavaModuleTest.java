package org.jennit.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;
import org.jennit.core.Numeric;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Modules written in Java wherever native ones stand. */
@Tag("lifetimes")
class JavaModuleTest {

  /** Doubles its input. */
  static final class Twice extends Module {
    @Override
    protected Tensor compute(Tensor... inputs) {
      return inputs[0].mul(new Scalar(2.0));
    }
  }

  /** A residual block with a parameter of its own; its child is called twice. */
  static final class Residual extends Module {
    Residual(Module inner) {
      register_parameter("scale", Numeric.tensor(new double[] {3}, 1));
      register_module("inner", inner);
      register_buffer("shift", Numeric.tensor(new double[] {0.5}, 1));
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      Module inner = get_submodule("inner");
      return inner
          .forward(inner.forward(inputs[0]))
          .mul(get_parameter("scale"))
          .add(inputs[0])
          .add(named_buffers().get("shift"));
    }
  }

  /** The quotient of two tensors. */
  static final class Quotient extends Module {
    @Override
    protected Tensor compute(Tensor... inputs) {
      return inputs[0].div(inputs[1]);
    }
  }

  /** Throws what it is given. */
  static final class Failing extends Module {
    private final RuntimeException reason;

    Failing(RuntimeException reason) {
      this.reason = reason;
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      if (reason != null) {
        throw reason;
      }
      return null;
    }
  }

  @Test
  void standsInASequentialAndIsSaved() {
    Tanh tanh = new Tanh();
    try (PointerScope scope = new PointerScope();
        Sequential model = new Sequential(new Twice(), new Residual(tanh))) {
      Tensor x = Numeric.normal(1, 4);
      double[] values = Numeric.values(x);
      double[] expected = new double[4];
      for (int i = 0; i < 4; i++) {
        double doubled = 2 * values[i];
        expected[i] = 3 * Math.tanh(Math.tanh(doubled)) + doubled + 0.5;
      }
      Numeric.assertClose(expected, Numeric.values(model.forward(x)), 1e-15, "forward");
      assertEquals(List.of("1.scale", "1.shift"), List.copyOf(model.state_dict().keySet()));
      assertEquals(List.of("1.scale"), List.copyOf(model.named_parameters().keySet()));
      assertTrue(model.named_parameters().get("1.scale").requires_grad());
      assertSame(tanh, model.get_submodule("1.inner"));
      assertEquals(
          """
          Sequential(
            (0): Twice()
            (1): Residual(
              (inner): Tanh()
            )
          )\
          """,
          model.toString());
      model.get_submodule("1").replace_module("inner", new Twice());
      for (int i = 0; i < 4; i++) {
        expected[i] = 3 * 8 * values[i] + 2 * values[i] + 0.5;
      }
      Numeric.assertClose(expected, Numeric.values(model.forward(x)), 1e-15, "swapped");
    }
  }

  @Test
  void differentiatesTwice() {
    try (PointerScope scope = new PointerScope();
        Sequential model = new Sequential(new Twice(), new Residual(new Tanh()))) {
      Tensor x = Numeric.normal(1, 4).requires_grad_(true);
      Tensor[] leaves = {x, model.named_parameters().get("1.scale")};
      Numeric.assertDerivative(() -> Numeric.weighted(model.forward(x), 2), "first", leaves);
      Numeric.assertDerivative(
          () ->
              Numeric.weighted(
                  org.jennit.core.Autograd.grad(
                      Numeric.weighted(model.forward(x), 2),
                      x,
                      org.jennit.core.Autograd.CREATE_GRAPH),
                  3),
          "second",
          leaves);
    }
  }

  @Test
  void takesSeveralInputs() {
    try (PointerScope scope = new PointerScope();
        Quotient quotient = new Quotient()) {
      Tensor a = Numeric.tensor(new double[] {6, 9}, 2);
      Tensor b = Numeric.tensor(new double[] {2, 3}, 2);
      Numeric.assertClose(
          new double[] {3, 3}, Numeric.values(quotient.forward(a, b)), 0, "quotient");
    }
  }

  @Test
  void anExceptionArrivesAsTheCauseWithThePath() {
    IllegalStateException reason = new IllegalStateException("out of milk");
    try (Sequential model =
        new Sequential(new Twice(), new Sequential(new Twice(), new Failing(reason)))) {
      JennitException failure =
          assertThrows(JennitException.class, () -> model.forward(Numeric.normal(1, 2)));
      assertSame(reason, failure.getCause());
      assertTrue(failure.getMessage().contains("'1.1' (Failing)"), failure.getMessage());
      assertTrue(failure.getMessage().contains("out of milk"), failure.getMessage());
      model.get_submodule("1").replace_module("1", new Twice());
      assertEquals(8, model.forward(Numeric.tensor(new double[] {1}, 1)).item().toDouble());
    }
  }

  @Test
  void anExceptionOfANestedJavaModuleKeepsItsCauseAndPath() {
    IllegalStateException reason = new IllegalStateException("deep");
    try (Sequential model = new Sequential(new Residual(new Failing(reason)))) {
      JennitException failure =
          assertThrows(JennitException.class, () -> model.forward(Numeric.normal(1, 2)));
      Throwable root = failure;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      assertSame(reason, root);
      assertTrue(failure.getMessage().contains("'0.inner' (Failing)"), failure.getMessage());
    }
  }

  @Test
  void answeringNullIsAnError() {
    try (Failing nothing = new Failing(null)) {
      JennitException failure =
          assertThrows(JennitException.class, () -> nothing.forward(Numeric.normal(1, 2)));
      assertTrue(failure.getMessage().contains("answered null"), failure.getMessage());
    }
  }

  @Test
  void aCaughtFailureOfAChildLeavesTheCallInOrder() {
    Module careful =
        new Module() {
          {
            register_module("bad", new Failing(new IllegalStateException("no")));
          }

          @Override
          protected Tensor compute(Tensor... inputs) {
            try {
              return get_submodule("bad").forward(inputs[0]);
            } catch (JennitException e) {
              return inputs[0];
            }
          }
        };
    try (Sequential model = new Sequential(careful, new Linear(3, 1))) {
      JennitException failure =
          assertThrows(
              JennitException.class,
              () -> model.forward(org.bytedeco.pytorch.global.torch.ones(2)));
      assertTrue(failure.getMessage().contains("'1' (Linear)"), failure.getMessage());
    }
  }
}
