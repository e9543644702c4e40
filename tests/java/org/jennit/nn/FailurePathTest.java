package org.jennit.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.Diagnostics;
import org.jennit.Diagnostics.Kind;
import org.jennit.JennitException;
import org.jennit.attribution.Gradient;
import org.jennit.core.Autograd;
import org.jennit.core.Call;
import org.jennit.core.Hook;
import org.jennit.core.Numeric;
import org.jennit.junit.LeavesNothing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Failures name the module where they began, and leave nothing behind for the next one. */
@Tag("lifetimes")
@ExtendWith(LeavesNothing.class)
class FailurePathTest {
  private final PointerScope scope = new PointerScope();
  private final Tensor input = Numeric.normal(1, 2, 3);

  @AfterEach
  void close() {
    scope.close();
  }

  /** Tries its child, and goes on without it. */
  private static final class Trying extends Module {
    Trying() {
      register_module("a", Numeric.drawn(new Linear(5, 5), 1));
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      try {
        return get_submodule("a").forward(inputs[0]);
      } catch (JennitException e) {
        return inputs[0].clone();
      }
    }
  }

  /** Throws what it is given. */
  private static final class Throwing extends Module {
    private final RuntimeException reason;

    Throwing(RuntimeException reason) {
      this.reason = reason;
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      throw reason;
    }
  }

  /** Calls its child, and says in its own words what went wrong. */
  private static final class Wording extends Module {
    Wording(Module child) {
      register_module("child", child);
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      try {
        return get_submodule("child").forward(inputs[0]);
      } catch (JennitException e) {
        throw new IllegalStateException("in other words", e);
      }
    }
  }

  @Test
  void aFailureThatWasCaughtIsForgotten() {
    IllegalStateException reason = new IllegalStateException("no such luck");
    try (Sequential model = new Sequential(new Trying(), new Throwing(reason))) {
      JennitException failure = assertThrows(JennitException.class, () -> model.forward(input));
      assertEquals(
          "in module '1' (Throwing): java.lang.IllegalStateException: no such luck",
          failure.getMessage());
      assertSame(reason, failure.getCause());
    }
  }

  @Test
  void aFailureInOtherWordsIsOfTheModuleThatSaysThem() {
    try (Sequential model =
        new Sequential(new Wording(new Throwing(new IllegalStateException("inner"))))) {
      JennitException failure = assertThrows(JennitException.class, () -> model.forward(input));
      assertTrue(
          failure.getMessage().startsWith("in module '0' (Wording): "), failure.getMessage());
    }
  }

  @Test
  void aNativeFailureBelowJavaModulesKeepsItsPlace() {
    try (Sequential model =
        new Sequential(new Passing(new Sequential(Numeric.drawn(new Linear(7, 2), 1))))) {
      JennitException failure = assertThrows(JennitException.class, () -> model.forward(input));
      assertTrue(
          failure.getMessage().startsWith("in module '0.child.0' (Linear): "),
          failure.getMessage());
      assertFalse(failure.getMessage().contains("Exception raised from"), failure.getMessage());
    }
  }

  /** Hands on what its child answers. */
  private static final class Passing extends Module {
    Passing(Module child) {
      register_module("child", child);
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      return get_submodule("child").forward(inputs[0]);
    }
  }

  /** Calls itself. */
  private static final class Endless extends Module {
    @Override
    protected Tensor compute(Tensor... inputs) {
      return forward(inputs);
    }
  }

  @Test
  void endlessRecursionIsAnError() throws Exception {
    try (Endless model = new Endless();
        Sequential nested = new Sequential(model)) {
      for (Module each : new Module[] {model, nested}) {
        JennitException failure =
            CompletableFuture.supplyAsync(
                    () -> assertThrows(JennitException.class, () -> each.forward(input)))
                .get();
        String message = failure.getMessage();
        assertTrue(
            message.contains("modules call each other without end")
                || failure.getCause() instanceof StackOverflowError,
            message);
        assertTrue(message.length() < 500, message);
      }
      assertEquals(3, new Identity().forward(input).size(1));
    }
  }

  @Test
  void anExceptionDuringLibTorchsOwnBackwardIsASentenceAndNothingIsKept() throws Exception {
    WeakReference<Throwable> kept = thrownBelowLibTorch();
    for (int i = 0; i < 50 && kept.get() != null; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertEquals(null, kept.get());
  }

  private WeakReference<Throwable> thrownBelowLibTorch() {
    IllegalStateException reason = new IllegalStateException("no such luck");
    Hook failing =
        new Hook() {
          @Override
          protected Tensor[] backward(Call call, Tensor[] grad_output) {
            throw reason;
          }

          @Override
          public String name() {
            return "Failing";
          }
        };
    // The graph holds the rule, and the rule the exception.
    try (PointerScope graph = new PointerScope();
        Linear layer = Numeric.drawn(new Linear(3, 2), 1);
        RemovableHandle handle = failing.register(layer)) {
      Tensor point = input.clone().requires_grad_(true);
      Tensor loss = layer.forward(point).sum();
      RuntimeException failure = assertThrows(RuntimeException.class, loss::backward);
      assertTrue(
          failure
              .getMessage()
              .startsWith(
                  "rule Failing of the root (Linear): java.lang.IllegalStateException: no such"
                      + " luck"),
          failure.getMessage());
      Tensor again = layer.forward(point).sum();
      JennitException own = assertThrows(JennitException.class, () -> Autograd.grad(again, point));
      assertSame(reason, own.getCause());
    }
    return new WeakReference<>(reason);
  }

  @Test
  void inputsThatAreNoneAreSaidToBeSo() {
    try (Linear layer = Numeric.drawn(new Linear(3, 2), 1)) {
      Tensor closed = input.clone();
      closed.close();
      Tensor integers = input.to(ScalarType.Long);
      wrong(NullPointerException.class, "input 0 is null", () -> layer.forward((Tensor) null));
      wrong(IllegalStateException.class, "input 0 is closed", () -> layer.forward(closed));
      wrong(JennitException.class, "undefined tensor", () -> layer.forward(new Tensor()));
      Gradient attributor = new Gradient(layer);
      wrong(NullPointerException.class, "the input is null", () -> attributor.apply(null, 0));
      wrong(IllegalStateException.class, "the input is closed", () -> attributor.apply(closed, 0));
      wrong(JennitException.class, "undefined", () -> attributor.apply(new Tensor(), 0));
      wrong(JennitException.class, "of type Long", () -> attributor.apply(integers, 0));
      wrong(IllegalStateException.class, "output 0 is closed", () -> Autograd.grad(closed, input));
      wrong(JennitException.class, "undefined", () -> Autograd.grad(input, new Tensor()));
    }
  }

  private static <E extends Throwable> void wrong(
      Class<E> type, String message, org.junit.jupiter.api.function.Executable work) {
    E failure = assertThrows(type, work);
    assertTrue(failure.getMessage().contains(message), failure.getMessage());
    assertFalse(failure.getMessage().contains("Exception raised from"), failure.getMessage());
  }

  @Test
  void aRuleWhoseForwardThrowsLeavesNoNode() {
    long before = Diagnostics.count(Kind.RULE_NODE);
    Hook failing =
        new Saving(
            () -> {
              throw new IllegalStateException("no");
            });
    Tensor point = input.clone().requires_grad_(true);
    try (Linear layer = Numeric.drawn(new Linear(3, 2), 1);
        RemovableHandle handle = failing.register(layer)) {
      for (int i = 0; i < 10; i++) {
        assertThrows(JennitException.class, () -> layer.forward(point));
      }
    }
    assertEquals(before, Diagnostics.count(Kind.RULE_NODE));
  }

  /** Runs something in its forward. */
  private static final class Saving extends Hook {
    private final Runnable work;

    Saving(Runnable work) {
      this.work = work;
    }

    @Override
    protected Tensor[] forward(Module module, Tensor[] inputs, Tensor[] outputs) {
      work.run();
      return new Tensor[0];
    }

    @Override
    protected Tensor[] backward(Call call, Tensor[] grad_output) {
      return grad_output;
    }
  }
}
