package org.jennit.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;
import org.jennit.core.Autograd;
import org.jennit.core.Numeric;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Hooks, in torch's order and with torch's meaning. */
@Tag("lifetimes")
class HookTest {
  private final List<String> seen = new ArrayList<>();

  private static Tensor scaled(Tensor tensor, double factor) {
    return tensor.mul(new Scalar(factor));
  }

  private static Tensor number(double value) {
    return Numeric.tensor(new double[] {value}, 1);
  }

  private static double value(Tensor tensor) {
    return Numeric.values(tensor)[0];
  }

  @Test
  void runInOrderAndReplaceValues() {
    try (PointerScope scope = new PointerScope();
        Sequential model = new Sequential(new JavaModuleTest.Twice(), new ReLU())) {
      Module twice = model.get_submodule("0");
      twice.register_forward_pre_hook(
          (module, inputs) -> {
            assertSame(twice, module);
            seen.add("pre " + value(inputs[0]));
            return new Tensor[] {scaled(inputs[0], 10)};
          });
      twice.register_forward_hook(
          (module, inputs, outputs) -> {
            seen.add("first " + value(inputs[0]) + " " + value(outputs[0]));
            return outputs[0].add(new Scalar(1.0));
          });
      twice.register_forward_hook(
          (module, inputs, outputs) -> {
            seen.add("second " + value(outputs[0]));
            return null;
          });
      assertEquals(21, value(model.forward(number(1))));
      assertEquals(List.of("pre 1.0", "first 10.0 20.0", "second 21.0"), seen);
      assertEquals(3, twice.hooks().count());
    }
  }

  @Test
  void aHandleMayBeRemovedTwiceAndFromInside() {
    try (PointerScope scope = new PointerScope();
        JavaModuleTest.Twice twice = new JavaModuleTest.Twice()) {
      RemovableHandle[] handle = new RemovableHandle[1];
      handle[0] =
          twice.register_forward_hook(
              (module, inputs, outputs) -> {
                handle[0].remove();
                return scaled(outputs[0], -1);
              });
      assertEquals(-2, value(twice.forward(number(1))));
      assertEquals(2, value(twice.forward(number(1))));
      handle[0].remove();
      handle[0].close();
      assertEquals(0, twice.hooks().count());
    }
  }

  @Test
  void removingAfterCloseIsFine() {
    ReLU relu = new ReLU();
    RemovableHandle handle = relu.register_forward_pre_hook((module, inputs) -> null);
    relu.close();
    handle.remove();
  }

  @Test
  void anExceptionInAHookKeepsItsCauseAndTheModelWorksAfterwards() {
    IllegalArgumentException reason = new IllegalArgumentException("hooked");
    try (PointerScope scope = new PointerScope();
        Sequential model = new Sequential(new ReLU(), new Sequential(new Tanh()))) {
      Module tanh = model.get_submodule("1.0");
      RemovableHandle handle =
          tanh.register_forward_pre_hook(
              (module, inputs) -> {
                throw reason;
              });
      JennitException failure = assertThrows(JennitException.class, () -> model.forward(number(1)));
      assertSame(reason, failure.getCause());
      assertTrue(failure.getMessage().contains("'1.0' (Tanh)"), failure.getMessage());
      handle.remove();
      assertEquals(Math.tanh(1), value(model.forward(number(1))), 1e-15);
      tanh.register_full_backward_hook(
          (module, gradInputs, gradOutputs) -> {
            throw reason;
          });
      Tensor x = number(1).requires_grad_(true);
      failure = assertThrows(JennitException.class, () -> Autograd.grad(model.forward(x), x));
      assertSame(reason, failure.getCause());
    }
  }

  @Test
  void aChildCalledTwiceIsTwoCalls() {
    Tanh tanh = new Tanh();
    try (PointerScope scope = new PointerScope();
        Sequential model = new Sequential(new JavaModuleTest.Residual(tanh))) {
      tanh.register_forward_hook(
          (module, inputs, outputs) -> {
            seen.add("forward");
            return null;
          });
      tanh.register_full_backward_hook(
          (module, gradInputs, gradOutputs) -> {
            seen.add("backward " + value(gradOutputs[0]));
            return null;
          });
      Tensor x = number(0).requires_grad_(true);
      assertEquals(4, value(Autograd.grad(model.forward(x), x)));
      assertEquals(List.of("forward", "forward", "backward 3.0", "backward 3.0"), seen);
    }
  }

  @Test
  void backwardHooksSeeAndReplaceGradients() {
    try (PointerScope scope = new PointerScope();
        Sequential model = new Sequential(new JavaModuleTest.Twice(), new JavaModuleTest.Twice())) {
      model
          .get_submodule("1")
          .register_full_backward_hook(
              (module, gradInputs, gradOutputs) -> {
                seen.add(value(gradInputs[0]) + " of " + value(gradOutputs[0]));
                return new Tensor[] {scaled(gradInputs[0], 5)};
              });
      Tensor x = number(1).requires_grad_(true);
      assertEquals(20, value(Autograd.grad(model.forward(x), x)));
      assertEquals(List.of("2.0 of 1.0"), seen);
    }
  }

  @Test
  void severalBackwardHooksRunInOrderOfRegistration() {
    try (PointerScope scope = new PointerScope();
        JavaModuleTest.Twice twice = new JavaModuleTest.Twice()) {
      for (int i = 1; i <= 2; i++) {
        String name = "hook " + i + " ";
        twice.register_full_backward_hook(
            (module, gradInputs, gradOutputs) -> {
              seen.add(name + value(gradInputs[0]) + " of " + value(gradOutputs[0]));
              return new Tensor[] {scaled(gradInputs[0], 10)};
            });
      }
      Tensor x = number(1).requires_grad_(true);
      assertEquals(200, value(Autograd.grad(twice.forward(x), x)));
      assertEquals(List.of("hook 1 2.0 of 1.0", "hook 2 20.0 of 1.0"), seen);
    }
  }

  @Test
  void backwardHooksStandOutsideOfForwardHooks() {
    try (PointerScope scope = new PointerScope();
        JavaModuleTest.Twice twice = new JavaModuleTest.Twice()) {
      twice.register_full_backward_hook(
          (module, gradInputs, gradOutputs) -> {
            seen.add(value(gradInputs[0]) + " of " + value(gradOutputs[0]));
            return null;
          });
      twice.register_forward_hook((module, inputs, outputs) -> scaled(outputs[0], 3));
      Tensor x = number(1).requires_grad_(true);
      assertEquals(6, value(Autograd.grad(twice.forward(x), x)));
      assertEquals(List.of("6.0 of 1.0"), seen);
    }
  }

  @Test
  void aBackwardHookRunsAlsoWhereNoInputNeedsAGradient() {
    try (PointerScope scope = new PointerScope();
        Linear linear = Numeric.drawn(new Linear(1, 1), 1)) {
      linear.register_full_backward_hook(
          (module, gradInputs, gradOutputs) -> {
            assertFalse(gradInputs[0].defined());
            seen.add("of " + value(gradOutputs[0]));
            return null;
          });
      linear.forward(number(1)).sum().backward();
      assertEquals(List.of("of 1.0"), seen);
    }
  }

  @Test
  void backwardHooksSeeTheRelevanceWhereverTheRuleWasRegistered() {
    for (boolean ruleFirst : new boolean[] {true, false}) {
      try (PointerScope scope = new PointerScope();
          Linear linear = new Linear(1, 1)) {
        linear.to(org.bytedeco.pytorch.global.torch.ScalarType.Double);
        if (ruleFirst) {
          new org.jennit.rules.Flat(new org.jennit.core.Stabilizer(0)).register(linear);
        }
        linear.register_full_backward_hook(
            (module, gradInputs, gradOutputs) -> {
              seen.add(value(gradInputs[0]) + " of " + value(gradOutputs[0]));
              return new Tensor[] {scaled(gradInputs[0], 2)};
            });
        if (!ruleFirst) {
          new org.jennit.rules.Flat(new org.jennit.core.Stabilizer(0)).register(linear);
        }
        Tensor x = number(3).requires_grad_(true);
        assertEquals(14, value(Autograd.grad(linear.forward(x), x, number(7).view(1))));
      }
    }
    assertEquals(List.of("7.0 of 7.0", "7.0 of 7.0"), seen);
  }

  @Test
  void containersAreHookedToo() {
    try (PointerScope scope = new PointerScope();
        Sequential inner = new Sequential(new JavaModuleTest.Twice());
        Sequential model = new Sequential(inner, new JavaModuleTest.Twice())) {
      inner.register_forward_hook((module, inputs, outputs) -> scaled(inputs[0], 100));
      model.register_forward_pre_hook(
          (module, inputs) -> new Tensor[] {inputs[0].add(new Scalar(1.0))});
      assertEquals(400, value(model.forward(number(1))));
    }
  }

  @Test
  void wrongAnswersAreErrors() {
    try (PointerScope scope = new PointerScope();
        JavaModuleTest.Twice twice = new JavaModuleTest.Twice()) {
      RemovableHandle handle =
          twice.register_full_backward_hook(
              (module, gradInputs, gradOutputs) -> new Tensor[] {gradInputs[0], gradInputs[0]});
      Tensor x = number(1).requires_grad_(true);
      JennitException failure =
          assertThrows(JennitException.class, () -> Autograd.grad(twice.forward(x), x));
      assertTrue(failure.getMessage().contains("as many gradients"), failure.getMessage());
      handle.remove();
      assertArrayEquals(new double[] {2}, Numeric.values(Autograd.grad(twice.forward(x), x)));
    }
  }
}
