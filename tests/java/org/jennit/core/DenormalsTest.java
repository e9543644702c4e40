package org.jennit.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.nn.Identity;
import org.jennit.nn.Module;
import org.jennit.nn.Sequential;
import org.jennit.nn.Softsign;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("lifetimes")
class DenormalsTest {
  private static final double TINY = 1e-39;

  /** Enough for LibTorch to share the work among its threads. */
  private static final long NUMBERS = 1 << 20;

  private PointerScope scope;
  private Module model;

  @BeforeEach
  void make() {
    scope = new PointerScope();
    model = new Softsign();
  }

  @AfterEach
  void close() {
    Denormals.set_flush_denormal(false);
    model.close();
    scope.close();
  }

  @Test
  void passes_keep_them_at_first() {
    assertEquals(NUMBERS, count(model.forward(tiny())));
    assertEquals(NUMBERS, count(gradient()));
  }

  @Test
  void passes_take_them_for_zero_in_every_thread() {
    assumeTrue(Denormals.set_flush_denormal(true), "the processor cannot");
    assertEquals(0, count(model.forward(tiny())));
    assertEquals(0, count(gradient()));
  }

  @Test
  void other_numbers_stay_as_they_are() {
    Tensor input = torch.randn(NUMBERS);
    Tensor expected = model.forward(input);
    assumeTrue(Denormals.set_flush_denormal(true), "the processor cannot");
    assertTrue(torch.equal(expected, model.forward(input)));
  }

  @Test
  void what_is_computed_outside_a_pass_keeps_them() {
    assumeTrue(Denormals.set_flush_denormal(true), "the processor cannot");
    model.forward(tiny());
    assertEquals(NUMBERS, count(tiny().mul(new Scalar(0.5))));
    assertTrue(half((float) TINY) > 0);
  }

  @Test
  void java_modules_compute_with_them() {
    assumeTrue(Denormals.set_flush_denormal(true), "the processor cannot");
    float[] seen = new float[1];
    Module asking =
        new Module() {
          @Override
          protected Tensor compute(Tensor... inputs) {
            seen[0] = half((float) TINY);
            return inputs[0];
          }
        };
    try (Module both = new Sequential(asking, new Softsign())) {
      assertEquals(0, count(both.forward(tiny())));
    }
    assertTrue(seen[0] > 0);
  }

  @Test
  void passes_inside_of_a_pass_leave_its_mode() {
    assumeTrue(Denormals.set_flush_denormal(true), "the processor cannot");
    long[] seen = new long[2];
    float[] half = new float[1];
    Module asking =
        new Module() {
          @Override
          protected Tensor compute(Tensor... inputs) {
            seen[0] = count(tiny().mul(new Scalar(0.5)));
            // A pass of its own, by LibTorch's threads too.
            Tensor input = tiny();
            Tensor output = get_submodule("inner").forward(input);
            seen[1] = count(tiny().mul(new Scalar(0.5)));
            half[0] = half((float) TINY);
            return inputs[0].add(output);
          }
        };
    asking.register_module("inner", new Softsign());
    try (Module both = new Sequential(asking, new Softsign())) {
      assertEquals(0, count(both.forward(tiny())));
    }
    assertArrayEquals(new long[] {NUMBERS, NUMBERS}, seen);
    assertTrue(half[0] > 0);
  }

  @Test
  void passes_go_on_flushing_after_every_kind_of_callback() {
    assumeTrue(Denormals.set_flush_denormal(true), "the processor cannot");
    float[] least = {1};
    Runnable look = () -> least[0] = Math.min(least[0], half((float) TINY));
    Hook rule =
        new Hook() {
          @Override
          protected Tensor[] forward(Module module, Tensor[] inputs, Tensor[] outputs) {
            look.run();
            return new Tensor[] {inputs[0].mul(new Scalar(1.0))};
          }

          @Override
          protected Tensor[] backward(Call call, Tensor[] grad_output) {
            look.run();
            return grad_output;
          }
        };
    Module identity = new Identity();
    try (Module both = new Sequential(model, identity, new Softsign())) {
      identity.register_forward_pre_hook(
          (module, inputs) -> {
            look.run();
            return null;
          });
      identity.register_forward_hook(
          (module, inputs, outputs) -> {
            look.run();
            return null;
          });
      identity.register_full_backward_hook(
          (module, grad_input, grad_output) -> {
            look.run();
            return null;
          });
      rule.register(identity);
      Tensor point = torch.ones(NUMBERS).requires_grad_(true);
      assertEquals(0, count(both.forward(tiny())));
      assertEquals(0, count(Autograd.grad(both.forward(point), point, tiny())));
    }
    model = new Softsign();
    assertTrue(least[0] > 0);
  }

  @Test
  void can_be_switched_back() {
    assumeTrue(Denormals.set_flush_denormal(true), "the processor cannot");
    Denormals.set_flush_denormal(false);
    assertEquals(NUMBERS, count(model.forward(tiny())));
  }

  private static Tensor tiny() {
    return torch.full(new long[] {NUMBERS}, new Scalar(TINY));
  }

  private static long count(Tensor values) {
    return values.count_nonzero().item_long();
  }

  private Tensor gradient() {
    Tensor point = torch.ones(NUMBERS).requires_grad_(true);
    return Autograd.grad(model.forward(point), point, tiny());
  }

  private static float half(float value) {
    return value * 0.5f;
  }
}
