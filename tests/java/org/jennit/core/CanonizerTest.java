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
import org.jennit.canonizers.CompositeCanonizer;
import org.jennit.canonizers.SequentialMergeBatchNorm;
import org.jennit.nn.BatchNorm1d;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.nn.Softplus;
import org.jennit.nn.Sum;
import org.jennit.nn.Tanh;
import org.junit.jupiter.api.Test;

/** Canonizers apply in order, and everything is undone in reverse, whatever happens in between. */
class CanonizerTest {

  /** The recipe: every ReLU becomes a Softplus, by name. */
  static class SoftplusCanonizer extends Canonizer {
    private final double beta;
    private Module parent;
    private Module original;
    private String name;

    SoftplusCanonizer(double beta) {
      this.beta = beta;
    }

    @Override
    public List<Canonizer> apply(Module root) {
      List<Canonizer> applied = new ArrayList<>();
      for (Module parent : root.modules()) {
        parent
            .named_children()
            .forEach(
                (name, child) -> {
                  if (child instanceof ReLU) {
                    SoftplusCanonizer canonizer = copy();
                    canonizer.register(parent, name, child);
                    applied.add(canonizer);
                  }
                });
      }
      return applied;
    }

    private void register(Module parent, String name, Module child) {
      this.parent = parent;
      this.name = name;
      this.original = child;
      parent.replace_module(name, new Softplus(beta));
    }

    @Override
    public void remove() {
      parent.replace_module(name, original);
    }

    @Override
    public SoftplusCanonizer copy() {
      return new SoftplusCanonizer(beta);
    }
  }

  /** Takes the first child out and gives up. */
  static final class Destructive extends Canonizer {
    @Override
    public List<Canonizer> apply(Module root) {
      root.unregister_module("0");
      root.register_module("extra", new Tanh());
      root.replace_module("2", new Tanh());
      throw new IllegalStateException("half-way");
    }

    @Override
    public void remove() {}

    @Override
    public Canonizer copy() {
      return this;
    }
  }

  private static Sequential model() {
    return Numeric.drawn(
        new Sequential(
            new Linear(3, 4),
            new ReLU(),
            new Sequential(new Linear(4, 4), new ReLU()),
            new Linear(4, 2)),
        1);
  }

  @Test
  void theRecipeSwapsByNameAndPutsBack() {
    try (PointerScope scope = new PointerScope();
        Sequential model = model()) {
      String before = model.toString();
      Module relu = model.get_submodule("1");
      List<String> names = List.copyOf(model.named_modules().keySet());
      List<String> state = List.copyOf(model.state_dict().keySet());
      Composite composite = new Composite(List.of(new SoftplusCanonizer(10)));
      try (CompositeContext context = composite.context(model)) {
        assertEquals(
            before.replace("ReLU()", "Softplus(beta=10.0, threshold=20.0)"), model.toString());
        assertEquals(names, List.copyOf(model.named_modules().keySet()));
        assertEquals(state, List.copyOf(model.state_dict().keySet()));
        Tensor x = Numeric.normal(1, 2, 3).requires_grad_(true);
        Numeric.assertDerivative(
            () ->
                Numeric.weighted(
                    Autograd.grad(model.forward(x).select(1, 0).sum(), x, Autograd.CREATE_GRAPH),
                    3),
            "recipe",
            x,
            model.named_parameters().get("2.0.weight"));
      }
      assertEquals(before, model.toString());
      assertSame(relu, model.get_submodule("1"));
    }
  }

  @Test
  void aCanonizerThatGivesUpHalfWayIsUndone() {
    try (PointerScope scope = new PointerScope();
        Sequential model = model()) {
      String before = model.toString();
      List<Module> modules = model.modules();
      Composite composite = new Composite(List.of(new SoftplusCanonizer(1), new Destructive()));
      assertThrows(IllegalStateException.class, () -> composite.context(model));
      assertEquals(before, model.toString());
      assertEquals(modules, model.modules());
      assertFalse(composite.is_registered(model));
      model.forward(Numeric.normal(1, 2, 3));
    }
  }

  @Test
  void aModuleMapThatThrowsUndoesCanonizersAndHooks() {
    try (Sequential model = model()) {
      String before = model.toString();
      Composite composite =
          new Composite(
              (context, name, module) -> {
                if (name.equals("3")) {
                  throw new IllegalArgumentException("no");
                }
                return module instanceof Linear ? new BasicHook() : null;
              },
              List.of(new SoftplusCanonizer(1)));
      assertThrows(IllegalArgumentException.class, () -> composite.context(model));
      assertEquals(before, model.toString());
      assertTrue(model.modules().stream().allMatch(module -> module.hooks().count() == 0));
    }
  }

  @Test
  void anExceptionInTheForwardStillUndoes() {
    try (Sequential model = model()) {
      String before = model.toString();
      assertThrows(
          JennitException.class,
          () -> {
            try (CompositeContext context =
                new Composite(List.of(new SoftplusCanonizer(1))).context(model)) {
              model.forward(Numeric.normal(1, 2, 7));
            }
          });
      assertEquals(before, model.toString());
    }
  }

  @Test
  void aCompositeIsOpenOnceOnAModelAndClosesTwice() {
    try (Sequential model = model();
        Sequential other = model()) {
      String before = model.toString();
      Composite composite = new Composite(List.of(new SoftplusCanonizer(1)));
      CompositeContext context = composite.context(model);
      String message =
          assertThrows(IllegalStateException.class, () -> composite.context(model)).getMessage();
      assertTrue(message.contains("already"), message);
      try (CompositeContext second = composite.context(other)) {
        assertTrue(composite.is_registered(other));
      }
      context.close();
      assertEquals(before, model.toString());
      composite.register(model);
      composite.register(model);
      // Closed long ago: not this registration's business.
      context.close();
      assertTrue(composite.is_registered(model));
      composite.remove();
      composite.remove();
      assertEquals(before, model.toString());
    }
  }

  @Test
  void attributesAreGivenAndTakenBack() {
    try (PointerScope scope = new PointerScope();
        Sequential model = model()) {
      String before = model.toString();
      Tensor x = Numeric.normal(1, 2, 3);
      double[] expected = Numeric.values(model.forward(x));
      AttributeCanonizer canonizer =
          new AttributeCanonizer(
              (name, module) ->
                  name.equals("2")
                      ? new AttributeCanonizer.Attributes(
                          (self, inputs) ->
                              self.get_submodule("sum")
                                  .forward(
                                      org.bytedeco.pytorch.global.torch.stack(
                                          new org.bytedeco.pytorch.TensorVector(
                                              inputs[0], self.get_submodule("0").forward(inputs)),
                                          -1)),
                          Map.of("sum", new Sum()))
                      : null);
      try (CompositeContext context = new Composite(List.of(canonizer)).context(model)) {
        Tensor inner = model.get_submodule("1").forward(model.get_submodule("0").forward(x));
        Tensor sum = inner.add(model.get_submodule("2.0").forward(inner));
        Numeric.assertClose(
            model.get_submodule("3").forward(sum), model.forward(x), 1e-14, "overridden");
      }
      assertEquals(before, model.toString());
      assertFalse(model.get_submodule("2").is_overridden());
      Numeric.assertClose(expected, Numeric.values(model.forward(x)), 0, "given back");
    }
  }

  @Test
  void attributesWhoseNamesAreTakenAreRefusedAndUndone() {
    try (Sequential model = model()) {
      String before = model.toString();
      AttributeCanonizer canonizer =
          new AttributeCanonizer(
              (name, module) ->
                  module instanceof Sequential
                      ? new AttributeCanonizer.Attributes(
                          (self, inputs) -> inputs[0],
                          Map.of(name.isEmpty() ? "fresh" : "1", new Sum()))
                      : null);
      assertThrows(JennitException.class, () -> new Composite(List.of(canonizer)).context(model));
      assertEquals(before, model.toString());
      assertFalse(model.is_overridden());
    }
  }

  @Test
  void severalCanonizersAsOne() {
    try (PointerScope scope = new PointerScope();
        Sequential model =
            Numeric.drawn(new Sequential(new Linear(3, 4), new BatchNorm1d(4), new ReLU()), 1)) {
      model.eval();
      String before = model.toString();
      Tensor x = Numeric.normal(1, 2, 3);
      double[] expected = Numeric.values(model.forward(x));
      CompositeCanonizer both =
          new CompositeCanonizer(
              List.of(new SequentialMergeBatchNorm(), new SoftplusCanonizer(1e5)));
      try (CompositeContext context = new Composite(List.of(both)).context(model)) {
        assertTrue(model.toString().contains("Softplus"));
        Numeric.assertClose(expected, Numeric.values(model.forward(x)), 1e-4, "canonized");
      }
      assertEquals(before, model.toString());
      Numeric.assertClose(expected, Numeric.values(model.forward(x)), 0, "restored");
      CompositeCanonizer failing =
          new CompositeCanonizer(List.of(new SequentialMergeBatchNorm(), new Destructive()));
      assertThrows(
          IllegalStateException.class, () -> new Composite(List.of(failing)).context(model));
      assertEquals(before, model.toString());
      Numeric.assertClose(expected, Numeric.values(model.forward(x)), 0, "undone");
    }
  }
}
