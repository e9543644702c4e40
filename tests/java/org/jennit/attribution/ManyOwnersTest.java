package org.jennit.attribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.canonizers.AttributeCanonizer;
import org.jennit.canonizers.SequentialMergeBatchNorm;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.EpsilonAlpha2Beta1;
import org.jennit.composites.EpsilonPlus;
import org.jennit.core.Autograd;
import org.jennit.core.BasicHook;
import org.jennit.core.CallContext;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Coverage;
import org.jennit.core.Inactive;
import org.jennit.core.Numeric;
import org.jennit.demo.SoftplusCanonizer;
import org.jennit.nn.BatchNorm2d;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Flatten;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.nn.Sum;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Threads that explain one model at once, each with composites, canonizers and attributors of its
 * own, get the bits that each gets alone, and leave the model as it was for all others.
 */
@Tag("lifetimes")
class ManyOwnersTest {
  private static final int THREADS = 4;
  private static final int ROUNDS = 60;

  private final PointerScope scope = new PointerScope();
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private Sequential model;
  private Tensor input;

  /** Adds what it is given to what its layer makes of it. */
  static final class Residual extends Module {
    Residual() {
      register_module("layer", new Conv2d(4, 4, 1));
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      return inputs[0].add(get_submodule("layer").forward(inputs[0]));
    }
  }

  @BeforeEach
  void open() {
    model =
        Numeric.drawn(
            new Sequential(
                new Conv2d(2, 4, 2),
                new BatchNorm2d(4),
                new ReLU(true),
                new Residual(),
                new ReLU(),
                new Flatten(),
                new Linear(16, 3)),
            1);
    model.eval();
    input = Numeric.normal(2, 2, 2, 3, 3);
  }

  @AfterEach
  void close() {
    threads.shutdown();
    assertEquals(0, model.modules().stream().mapToLong(m -> m.hooks().count()).sum(), "hooks");
    model.close();
    scope.close();
  }

  private static AttributeCanonizer sums() {
    return new AttributeCanonizer(
        (name, module) ->
            module instanceof Residual
                ? new AttributeCanonizer.Attributes(
                    (self, inputs) -> {
                      Tensor layer = self.get_submodule("layer").forward(inputs[0]);
                      return self.get_submodule("sum")
                          .forward(
                              org.bytedeco.pytorch.global.torch.stack(
                                  new org.bytedeco.pytorch.TensorVector(inputs[0], layer), -1));
                    },
                    Map.of("sum", new Sum()))
                : null);
  }

  /** Ways to explain the model, each with everything of its own. */
  private Map<String, Supplier<double[]>> ways() {
    Map<String, Supplier<double[]>> ways = new LinkedHashMap<>();
    ways.put("EpsilonPlus", () -> explained(new EpsilonPlus()));
    ways.put(
        "merged and summed",
        () ->
            explained(
                new EpsilonPlus(
                    new CompositeOptions().canonizers(new SequentialMergeBatchNorm(), sums()))));
    ways.put(
        "swapped",
        () ->
            explained(
                new EpsilonAlpha2Beta1(
                    new CompositeOptions().canonizers(new SoftplusCanonizer(10)))));
    ways.put(
        "rules in Java",
        () ->
            explained(
                new Composite((c, name, m) -> m instanceof Conv2d ? new BasicHook() : null)
                    .coverage(Coverage.IGNORE)));
    ways.put("layers", this::layers);
    ways.put("the plain gradient", this::gradient);
    ways.put("the gradient of an attributor", () -> explained(null));
    ways.put("by hand", this::byHand);
    return ways;
  }

  private double[] explained(Composite composite) {
    try (PointerScope temporaries = new PointerScope()) {
      return Numeric.values(new Gradient(model, composite).apply(input, 1).relevance());
    }
  }

  private double[] layers() {
    try (PointerScope temporaries = new PointerScope()) {
      Attribution attribution =
          new Gradient(model, new EpsilonPlus()).layers("3", "3.layer").apply(input, 2);
      return Numeric.values(attribution.layer("3.layer").add(attribution.layer("3")));
    }
  }

  private double[] gradient() {
    try (PointerScope temporaries = new PointerScope()) {
      Tensor point = input.clone().requires_grad_(true);
      return Numeric.values(Autograd.grad(model.forward(point).sum(), point));
    }
  }

  private double[] byHand() {
    Composite composite =
        new EpsilonPlus(new CompositeOptions().canonizers(new SequentialMergeBatchNorm(), sums()));
    try (CallContext context = composite.call_context(model)) {
      double[] relevance = context.run(this::gradient);
      double[] plain = gradient();
      double[] both = java.util.Arrays.copyOf(relevance, relevance.length + plain.length);
      System.arraycopy(plain, 0, both, relevance.length, plain.length);
      return both;
    }
  }

  private void together(List<Supplier<double[]>> works) throws Exception {
    List<double[]> alone = new ArrayList<>();
    works.forEach(work -> alone.add(work.get()));
    for (int round = 0; round < ROUNDS; round++) {
      CyclicBarrier start = new CyclicBarrier(THREADS);
      List<Callable<Void>> calls = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        int first = thread;
        calls.add(
            () -> {
              start.await();
              for (int i = 0; i < works.size(); i++) {
                int index = (i + first) % works.size();
                Numeric.assertClose(alone.get(index), works.get(index).get(), 0, "work " + index);
              }
              return null;
            });
      }
      for (Future<Void> result : threads.invokeAll(calls)) {
        result.get();
      }
    }
  }

  @Test
  void everyoneGetsWhatOneGetsAlone() throws Exception {
    double[] before = gradient();
    together(List.copyOf(ways().values()));
    Numeric.assertClose(before, gradient(), 0, "the model is as it was");
  }

  @Test
  void oneCompositeServesManyAttributors() throws Exception {
    Composite common =
        new EpsilonPlus(new CompositeOptions().canonizers(new SequentialMergeBatchNorm(), sums()));
    together(List.of(() -> explained(common), this::gradient, () -> explained(common)));
  }

  @Test
  void whatIsInactiveForOneThreadIsActiveForOthers() throws Exception {
    try (Gradient attributor = new Gradient(model, new EpsilonPlus()).target(1).open()) {
      Supplier<double[]> relevance =
          () -> {
            try (PointerScope temporaries = new PointerScope()) {
              return Numeric.values(attributor.apply(input).relevance());
            }
          };
      Supplier<double[]> inactive =
          () -> {
            try (Inactive off = attributor.inactive()) {
              return relevance.get();
            }
          };
      double[] plain = explained(null);
      double[] rules = relevance.get();
      assertTrue(Numeric.relativeError(plain, rules) > 1e-3, "rules make a difference");
      Numeric.assertClose(plain, inactive.get(), 1e-13, "inactive");
      together(List.of(relevance, inactive, relevance, inactive));
    }
  }

  private Supplier<double[]> without(Supplier<Inactive> rules, Supplier<double[]> work) {
    return () -> {
      try (Inactive off = rules.get()) {
        return work.get();
      }
    };
  }

  @Test
  void contextsThatAreInactiveForOneThreadAreActiveForOthers() throws Exception {
    Composite composite = new EpsilonPlus();
    double[] plain = gradient();
    try (CompositeContext context = composite.context(model)) {
      assertTrue(Numeric.relativeError(plain, gradient()) > 1e-3, "rules make a difference");
      Numeric.assertClose(plain, without(context::inactive, this::gradient).get(), 0, "inactive");
      together(
          List.of(
              this::gradient,
              without(context::inactive, this::gradient),
              this::gradient,
              without(composite::inactive, this::gradient)));
    }
    try (CallContext context = composite.call_context(model)) {
      Supplier<double[]> relevance = () -> context.run(this::gradient);
      Numeric.assertClose(plain, without(context::inactive, relevance).get(), 0, "inactive");
      together(
          List.of(
              relevance,
              without(context::inactive, relevance),
              this::gradient,
              without(composite::inactive, relevance)));
    }
  }
}
