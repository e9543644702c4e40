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
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.EpsilonAlpha2Beta1;
import org.jennit.composites.EpsilonGammaBox;
import org.jennit.composites.EpsilonPlus;
import org.jennit.composites.EpsilonPlusFlat;
import org.jennit.core.Autograd;
import org.jennit.core.BasicHook;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Coverage;
import org.jennit.core.Numeric;
import org.jennit.demo.SoftplusCanonizer;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Flatten;
import org.jennit.nn.Linear;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.types.Convolution;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Sixteen threads attribute different inputs on one registered model at once, and get the same bits
 * as one after the other.
 */
@Tag("lifetimes")
class SharedModelTest {
  private static final int THREADS = 16;
  private static final int ROUNDS = 4;
  private static final PointerScope SCOPE = new PointerScope();
  private static final List<Tensor> INPUTS = new ArrayList<>();
  private static Sequential model;
  private static ExecutorService threads;

  @BeforeAll
  static void open() {
    model =
        Numeric.drawn(
            new Sequential(
                new Conv2d(2, 6, 3),
                new ReLU(),
                new Conv2d(6, 6, 3),
                new ReLU(true),
                new Flatten(),
                new Linear(96, 5)),
            1);
    model.to(ScalarType.Float);
    for (int i = 0; i < THREADS; i++) {
      INPUTS.add(Numeric.normal(10 + i, 2, 2, 8, 8).to(ScalarType.Float));
    }
    threads = Executors.newFixedThreadPool(THREADS);
  }

  @AfterAll
  static void close() {
    threads.shutdown();
    assertEquals(0, model.modules().stream().mapToLong(m -> m.hooks().count()).sum(), "hooks");
    model.close();
    SCOPE.close();
  }

  private static Composite inJava() {
    return new Composite(
            (context, name, module) -> module instanceof Convolution ? new BasicHook() : null)
        .coverage(Coverage.IGNORE);
  }

  private static Map<String, Composite> composites() {
    CompositeOptions swapped = new CompositeOptions().canonizers(new SoftplusCanonizer(10));
    Map<String, Composite> composites = new LinkedHashMap<>();
    composites.put("Epsilon and ZPlus", new EpsilonPlus());
    composites.put("Epsilon and AlphaBeta", new EpsilonAlpha2Beta1());
    composites.put("Flat first", new EpsilonPlusFlat());
    composites.put(
        "Epsilon, Gamma and ZBox", new EpsilonGammaBox(new CompositeOptions().low(-5).high(5)));
    composites.put("ReLUs swapped by name", new EpsilonPlus(swapped));
    composites.put("gradients of the swapped model", new Composite(swappers()));
    composites.put("rules in Java", inJava());
    return composites;
  }

  private static List<SoftplusCanonizer> swappers() {
    return List.of(new SoftplusCanonizer(10));
  }

  @TestFactory
  Stream<DynamicTest> underEveryComposite() {
    return composites().entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () -> {
                      Composite composite = entry.getValue();
                      try (Gradient attributor = new Gradient(model, composite).open()) {
                        check(x -> tensors(attributor.apply(x, 1)));
                      }
                    }));
  }

  @TestFactory
  Stream<DynamicTest> underEveryAttributor() {
    Composite composite = new EpsilonPlus();
    List<Attributor<?>> attributors =
        List.of(
            new Gradient(model, composite).layers("1", "2"),
            new IntegratedGradients(model, composite).n_iter(3),
            new SmoothGrad(model, composite).noise_level(0).n_iter(2),
            new InputXGradient(model, composite),
            new Saliency(model, composite),
            new GradCAM(model, composite, "3"),
            new Occlusion(model, composite).window(4).stride(4));
    return attributors.stream()
        .map(
            attributor ->
                DynamicTest.dynamicTest(
                    attributor.getClass().getSimpleName(),
                    // Not open: the first thread registers for all that run, the last takes back.
                    () -> check(x -> tensors(attributor.apply(x, 1)))));
  }

  @TestFactory
  Stream<DynamicTest> passesOfOtherKinds() {
    Composite composite = new EpsilonPlus();
    Gradient targets = new Gradient(model, composite);
    Gradient recorded = targets.create_graph(true);
    Map<String, Function<Tensor, Tensor[]>> kinds = new LinkedHashMap<>();
    kinds.put("many targets", x -> tensors(targets.targets(x, 0, 1, 2)));
    kinds.put("second derivatives", x -> second(recorded, x));
    kinds.put("by hand", SharedModelTest::byHand);
    return kinds.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () -> {
                      try (CompositeContext context = composite.context(model)) {
                        assertEquals(model, context.model());
                        check(entry.getValue());
                      }
                    }));
  }

  private static Tensor[] second(Gradient recorded, Tensor input) {
    try (Tensor leaf = input.clone();
        Tensor point = leaf.requires_grad_(true);
        Attribution attribution = recorded.apply(point, 1);
        Tensor squares = attribution.relevance().square();
        Tensor loss = squares.sum()) {
      return new Tensor[] {Autograd.grad(loss, point)};
    }
  }

  private static Tensor[] byHand(Tensor input) {
    try (Tensor leaf = input.clone();
        Tensor point = leaf.requires_grad_(true);
        Tensor output = model.forward(point);
        Tensor score = output.sum()) {
      return new Tensor[] {Autograd.grad(score, point)};
    }
  }

  private static Tensor[] tensors(Attribution attribution) {
    List<Tensor> all = new ArrayList<>(List.of(attribution.output(), attribution.relevance()));
    attribution.layers().values().forEach(all::addAll);
    return all.toArray(Tensor[]::new);
  }

  private static void check(Function<Tensor, Tensor[]> work) throws Exception {
    List<Tensor[]> alone = new ArrayList<>();
    for (Tensor input : INPUTS) {
      alone.add(work.apply(input));
    }
    for (int round = 0; round < ROUNDS; round++) {
      CyclicBarrier start = new CyclicBarrier(THREADS);
      List<Callable<Tensor[]>> calls =
          IntStream.range(0, THREADS)
              .<Callable<Tensor[]>>mapToObj(
                  i ->
                      () -> {
                        start.await();
                        return work.apply(INPUTS.get(i));
                      })
              .toList();
      List<Future<Tensor[]>> together = threads.invokeAll(calls);
      for (int i = 0; i < THREADS; i++) {
        Tensor[] tensors = together.get(i).get();
        assertEquals(alone.get(i).length, tensors.length);
        for (int j = 0; j < tensors.length; j++) {
          assertTrue(
              alone.get(i)[j].equal(tensors[j]), "tensor " + j + " of input " + i + " differs");
          tensors[j].close();
        }
      }
    }
    alone.forEach(
        tensors -> {
          for (Tensor tensor : tensors) {
            tensor.close();
          }
        });
  }
}
