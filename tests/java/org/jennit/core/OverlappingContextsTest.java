package org.jennit.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jennit.canonizers.AttributeCanonizer;
import org.jennit.canonizers.AttributeCanonizer.Attributes;
import org.jennit.composites.EpsilonPlus;
import org.jennit.demo.SoftplusCanonizer;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.rules.Epsilon;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Contexts that overlap on one model: each undoes its own part, and threads never mix. */
@Tag("lifetimes")
class OverlappingContextsTest {
  private final PointerScope scope = new PointerScope();
  private final Sequential model =
      Numeric.drawn(new Sequential(new Linear(2, 2), new ReLU(), new Linear(2, 2)), 1);
  private final Tensor input = Numeric.normal(1, 3, 2);
  private final double[] plain = output();

  @AfterEach
  void close() {
    Numeric.assertClose(plain, output(), 0, "the model is as it was");
    assertEquals(0, model.modules().stream().mapToLong(m -> m.hooks().count()).sum(), "hooks");
    model.close();
    scope.close();
  }

  private double[] output() {
    return Numeric.values(model.forward(input));
  }

  /** Multiplies what the module at a path answers. */
  private static Composite times(String path, double factor) {
    return new Composite(
        List.of(
            new AttributeCanonizer(
                (name, module) ->
                    name.equals(path)
                        ? new Attributes(
                            (self, inputs) -> inputs[0].mul(new Scalar(factor)),
                            Map.of("factor" + (int) factor, new ReLU()))
                        : null)));
  }

  private void assertFactor(double factor, String what) {
    double[] expected = Numeric.values(model.get_submodule("1").forward(input).mul(new Scalar(1)));
    double[] scaled = Numeric.values(input.mul(new Scalar(factor)));
    Numeric.assertClose(scaled, expected, 1e-14, what);
  }

  @Test
  void theInnerOneLeavesTheOuterOnes() {
    try (CompositeContext outer = times("1", 2).context(model)) {
      try (CompositeContext inner = times("1", 3).context(model)) {
        assertFactor(3, "the inner one is in force");
        assertEquals(model, inner.model());
      }
      assertFactor(2, "the outer one is in force again");
      assertTrue(model.get_submodule("1").named_children().containsKey("factor2"));
      assertFalse(model.get_submodule("1").named_children().containsKey("factor3"));
      assertEquals(model, outer.model());
    }
    assertFalse(model.get_submodule("1").is_overridden());
  }

  @Test
  void theyMayCloseInAnyOrder() {
    CompositeContext first = times("1", 2).context(model);
    CompositeContext second = times("1", 3).context(model);
    first.close();
    assertFactor(3, "the second one is in force");
    second.close();
  }

  @Test
  void anInnerOneThatFailsToOpenUndoesItselfAlone() {
    Composite failing =
        new Composite(
            List.of(
                new AttributeCanonizer(
                    (name, module) -> {
                      if (name.equals("2")) {
                        throw new IllegalStateException("no");
                      }
                      return name.equals("1")
                          ? new Attributes((self, inputs) -> inputs[0], Map.of())
                          : null;
                    })));
    // The name of the outer one's child is taken: registering fails half-way.
    Composite taken = times("1", 2);
    try (CompositeContext outer = times("1", 2).context(model)) {
      assertThrows(IllegalStateException.class, () -> failing.context(model));
      assertFactor(2, "after a failure");
      assertThrows(RuntimeException.class, () -> taken.context(model));
      assertFactor(2, "after a name that is taken");
      assertEquals(model, outer.model());
    }
  }

  @Test
  void theUsersOwnForwardStays() {
    Module relu = model.get_submodule("1");
    relu.override_forward(inputs -> inputs[0].neg());
    double[] own = output();
    try (CompositeContext context = times("1", 2).context(model)) {
      assertFactor(2, "the canonizer's is above it");
      assertEquals(model, context.model());
    }
    Numeric.assertClose(own, output(), 0, "the user's is in force again");
    relu.override_forward(null);
  }

  @Test
  void anotherThreadIsRefusedWhileOneIsOpen() throws Exception {
    Composite other = new EpsilonPlus();
    Composite nested = new Composite(List.of(new SoftplusCanonizer(10)));
    try (CompositeContext context = new EpsilonPlus().context(model);
        CompositeContext inner = nested.context(model)) {
      // Closing it would close the layer.
      Sequential shares = new Sequential(model.get_submodule("2"));
      for (Module tree : List.of(model, shares)) {
        ExecutionException refusal =
            assertThrows(
                ExecutionException.class,
                () -> CompletableFuture.runAsync(() -> other.context(tree).close()).get());
        assertTrue(refusal.getCause() instanceof IllegalStateException, refusal.toString());
        assertTrue(
            refusal.getMessage().contains("has a composite registered on modules of this model"),
            refusal.getMessage());
      }
      try (Sequential unrelated = new Sequential(new Linear(2, 2))) {
        CompletableFuture.runAsync(() -> other.context(unrelated).close()).get();
      }
      assertEquals(model, context.model());
      assertEquals(model, inner.model());
    }
    CompletableFuture.runAsync(() -> other.context(model).close()).get();
  }

  @Test
  void openingWaitsForCallsThatRun() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (Held held = new Held(go);
        Sequential whole = new Sequential(held, new ReLU())) {
      double[] expected = Numeric.values(input.relu());
      CompletableFuture<double[]> call =
          CompletableFuture.supplyAsync(() -> Numeric.values(whole.forward(input)));
      held.running.await();
      CompletableFuture<Boolean> opened =
          CompletableFuture.supplyAsync(
              () -> {
                try (CompositeContext context =
                    new Composite(List.of(new SoftplusCanonizer(1))).context(whole)) {
                  return context.model() == whole;
                }
              });
      assertThrows(TimeoutException.class, () -> opened.get(50, TimeUnit.MILLISECONDS));
      go.countDown();
      Numeric.assertClose(expected, call.get(), 0, "the call saw nothing of it");
      assertTrue(opened.get());
    }
  }

  /** Stands still until it is let go. */
  private static final class Held extends Module {
    final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch go;

    Held(CountDownLatch go) {
      this.go = go;
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      running.countDown();
      await(go);
      return inputs[0];
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theRuleThatWasRegisteredLastHandsRelevanceDown() {
    Tensor x = input.clone().requires_grad_(true);
    Composite weak = new Composite((c, name, m) -> name.equals("0") ? new Epsilon(5) : null);
    Composite exact = new Composite((c, name, m) -> name.equals("0") ? new Epsilon(1e-9) : null);
    double[] alone;
    try (CompositeContext context = weak.coverage(Coverage.IGNORE).context(model)) {
      alone = Numeric.values(Autograd.grad(model.forward(x).sum(), x));
      assertEquals(model, context.model());
    }
    try (CompositeContext first = exact.coverage(Coverage.IGNORE).context(model);
        CompositeContext last = weak.context(model)) {
      Numeric.assertClose(
          alone, Numeric.values(Autograd.grad(model.forward(x).sum(), x)), 1e-14, "the last rule");
      assertEquals(model, first.model());
      assertEquals(model, last.model());
    }
  }
}
