package org.jennit.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;
import org.jennit.canonizers.AttributeCanonizer;
import org.jennit.canonizers.SequentialMergeBatchNorm;
import org.jennit.nn.BatchNorm1d;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.rules.Epsilon;
import org.jennit.rules.Pass;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The life of a registration: on several models, undone in reverse, whatever fails. */
@Tag("lifetimes")
class CompositeContextTest {
  private final List<String> log = new ArrayList<>();

  private static Sequential model(long seed) {
    Sequential model =
        Numeric.drawn(new Sequential(new Linear(3, 4), new BatchNorm1d(4), new ReLU()), seed);
    model.eval();
    return model;
  }

  private static Hook pick(Map<Object, Object> context, String name, Module module) {
    return module instanceof Linear ? new Epsilon(0.1) : module instanceof ReLU ? new Pass() : null;
  }

  private static long hooks(Module model) {
    return model.modules().stream().mapToLong(module -> module.hooks().count()).sum();
  }

  private static double[] gradient(Module model) {
    try (PointerScope scope = new PointerScope()) {
      Tensor x = Numeric.normal(1, 2, 3).requires_grad_(true);
      return Numeric.values(Autograd.grad(model.forward(x), x, Numeric.normal(2, 2, 4)));
    }
  }

  /** Notes what is done to it, and fails where it is told to. */
  private final class Noting extends Canonizer {
    private final String name;
    private final RuntimeException inRemove;
    private Module root;

    Noting(String name, RuntimeException inRemove) {
      this.name = name;
      this.inRemove = inRemove;
    }

    @Override
    public List<Canonizer> apply(Module root) {
      Noting copy = copy();
      copy.root = root;
      log.add("apply " + name);
      return List.of(copy);
    }

    @Override
    public void remove() {
      log.add("remove " + name + " with " + hooks(root) + " hooks");
      if (inRemove != null) {
        throw inRemove;
      }
    }

    @Override
    public Noting copy() {
      return new Noting(name, inRemove);
    }
  }

  private Noting noting(String name) {
    return new Noting(name, null);
  }

  @Test
  void hooksGoFirstThenCanonizersInReverse() {
    try (Sequential model = model(1)) {
      Composite composite =
          new Composite(CompositeContextTest::pick, List.of(noting("a"), noting("b")));
      CompositeContext context = composite.context(model);
      assertEquals(2, hooks(model));
      assertSame(model, context.model());
      assertEquals(List.of("0", "2"), List.copyOf(context.rules().keySet()));
      assertThrows(UnsupportedOperationException.class, () -> context.rules().clear());
      context.close();
      context.close();
      assertEquals(
          List.of("apply a", "apply b", "remove b with 0 hooks", "remove a with 0 hooks"), log);
      assertFalse(composite.is_registered(model));
    }
  }

  @Test
  void aFailureInRemovingDoesNotKeepTheOthers() {
    RuntimeException first = new IllegalStateException("c");
    RuntimeException second = new IllegalStateException("b");
    try (Sequential model = model(1)) {
      Composite composite =
          new Composite(
              CompositeContextTest::pick,
              List.of(noting("a"), new Noting("b", second), new Noting("c", first)));
      CompositeContext context = composite.context(model);
      RuntimeException thrown = assertThrows(RuntimeException.class, context::close);
      assertSame(first, thrown);
      assertEquals(List.of(second), List.of(thrown.getSuppressed()));
      assertEquals("remove a with 0 hooks", log.get(log.size() - 1));
      assertEquals(0, hooks(model));
      assertFalse(composite.is_registered(model));
      context.close();
    }
  }

  @Test
  void aFailureAfterCanonizersRemovesEachOnce() {
    IllegalArgumentException reason = new IllegalArgumentException("no rule");
    RuntimeException undoing = new IllegalStateException("b");
    try (Sequential model = model(1)) {
      Composite composite =
          new Composite(
              (context, name, module) -> {
                if (name.equals("2")) {
                  throw reason;
                }
                return pick(context, name, module);
              },
              List.of(noting("a"), new Noting("b", undoing)));
      assertSame(
          reason, assertThrows(IllegalArgumentException.class, () -> composite.context(model)));
      assertEquals(List.of(undoing), List.of(reason.getSuppressed()));
      assertEquals(
          List.of("apply a", "apply b", "remove b with 0 hooks", "remove a with 0 hooks"), log);
      assertFalse(composite.is_registered(model));
    }
  }

  @Test
  void aHookThatCannotBeCopiedUndoesAll() {
    Hook failing =
        new Hook() {
          @Override
          protected Tensor[] backward(Call call, Tensor[] grad_output) {
            return grad_output;
          }

          @Override
          public Hook copy() {
            throw new IllegalStateException("no copy");
          }
        };
    try (Sequential model = model(1)) {
      Composite composite =
          new Composite(
              (context, name, module) -> name.equals("2") ? failing : pick(context, name, module),
              List.of(noting("a")));
      assertThrows(IllegalStateException.class, () -> composite.register(model));
      assertEquals(0, hooks(model));
      assertEquals(List.of("apply a", "remove a with 0 hooks"), log);
    }
  }

  @Test
  void everyModuleGetsACopy() {
    List<Hook> copies = new ArrayList<>();
    Hook template =
        new Hook() {
          @Override
          protected Tensor[] backward(Call call, Tensor[] grad_output) {
            return grad_output;
          }

          @Override
          public Hook copy() {
            copies.add(new BasicHook());
            return copies.get(copies.size() - 1);
          }
        };
    try (Sequential model = model(1);
        CompositeContext context =
            new Composite((c, name, module) -> name.isEmpty() ? null : template).context(model)) {
      assertEquals(copies, List.copyOf(context.rules().values()));
      assertEquals(3, copies.size());
    }
  }

  @Test
  void oneCompositeOnTwoModels() {
    try (Sequential one = model(1);
        Sequential two = model(2)) {
      double[] plainOne = gradient(one);
      double[] plainTwo = gradient(two);
      Composite composite =
          new Composite(CompositeContextTest::pick, List.of(new SequentialMergeBatchNorm()));
      CompositeContext first = composite.context(one);
      double[] relevanceOne = gradient(one);
      CompositeContext second = composite.context(two);
      double[] relevanceTwo = gradient(two);
      assertTrue(Numeric.relativeError(plainOne, relevanceOne) > 1e-3);
      try (Inactive inactive = composite.inactive()) {
        // The batch norms stay merged: the same function, rounded elsewhere.
        Numeric.assertClose(plainOne, gradient(one), 1e-12, "inactive");
        Numeric.assertClose(plainTwo, gradient(two), 1e-12, "inactive");
        try (Inactive again = first.inactive()) {
          Numeric.assertClose(plainOne, gradient(one), 1e-12, "twice inactive");
          again.close();
        }
        Numeric.assertClose(plainOne, gradient(one), 1e-12, "still inactive");
      }
      Numeric.assertClose(relevanceOne, gradient(one), 0, "active again");
      first.close();
      Numeric.assertClose(plainOne, gradient(one), 0, "first closed");
      Numeric.assertClose(relevanceTwo, gradient(two), 0, "second still open");
      composite.register(one);
      Numeric.assertClose(relevanceOne, gradient(one), 0, "registered again");
      composite.remove();
      second.close();
      for (Module model : List.of(one, two)) {
        assertFalse(composite.is_registered(model));
        assertEquals(0, hooks(model));
      }
      Numeric.assertClose(plainTwo, gradient(two), 0, "all removed");
    }
  }

  @Test
  void removingWhatIsNotRegisteredDoesNothing() {
    Composite composite = new Composite(CompositeContextTest::pick);
    composite.remove();
    composite.inactive().close();
    try (Sequential model = model(1)) {
      assertFalse(composite.is_registered(model));
    }
    String message =
        assertThrows(NullPointerException.class, () -> composite.context(null)).getMessage();
    assertEquals("model is null", message);
  }

  @Test
  void aForwardThatThrowsLeavesTheContextUsable() {
    try (PointerScope scope = new PointerScope();
        Sequential model = model(1)) {
      String before = model.toString();
      double[] plain = gradient(model);
      try (CompositeContext context =
          new Composite(CompositeContextTest::pick, List.of(new SequentialMergeBatchNorm()))
              .context(model)) {
        double[] relevance = gradient(model);
        assertThrows(JennitException.class, () -> model.forward(Numeric.normal(1, 2, 5)));
        Tensor x = Numeric.normal(1, 2, 3).requires_grad_(true);
        assertThrows(
            JennitException.class,
            () -> Autograd.grad(model.forward(x), x, Numeric.normal(2, 7, 7)));
        Numeric.assertClose(relevance, gradient(model), 0, "after failures");
      }
      assertEquals(before, model.toString());
      Numeric.assertClose(plain, gradient(model), 0, "closed");
    }
  }

  @Test
  void closingAfterTheModelIsFine() {
    Sequential model = model(1);
    AttributeCanonizer attributes =
        new AttributeCanonizer(
            (name, module) ->
                name.isEmpty()
                    ? new AttributeCanonizer.Attributes(
                        (self, inputs) -> inputs[0], Map.of("added", new ReLU()))
                    : null);
    CompositeContext context =
        new Composite(
                CompositeContextTest::pick, List.of(new SequentialMergeBatchNorm(), attributes))
            .coverage(Coverage.IGNORE)
            .context(model);
    model.close();
    context.close();
  }
}
