package org.jennit.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.nn.Module;
import org.jennit.nn.Sequential;
import org.jennit.nn.Softsign;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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
