package org.jennit.attribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.Diagnostics;
import org.jennit.Diagnostics.Kind;
import org.jennit.canonizers.SequentialMergeBatchNorm;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.EpsilonPlus;
import org.jennit.core.Autograd;
import org.jennit.core.Canonizer;
import org.jennit.core.Composite;
import org.jennit.core.Coverage;
import org.jennit.core.Inactive;
import org.jennit.core.Numeric;
import org.jennit.core.Stabilizer;
import org.jennit.demo.SoftplusCanonizer;
import org.jennit.junit.LeavesNothing;
import org.jennit.nn.BatchNorm2d;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Embedding;
import org.jennit.nn.Flatten;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.nn.Softplus;
import org.jennit.rules.Epsilon;
import org.jennit.rules.Pass;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;

/**
 * After every attribution, and after every one that failed, the tree, its hooks and the bits of its
 * state are as before, and no native object is left: what the caller gets is closed here by hand,
 * and all else is gone at once, without a garbage collection. Only functions of Java that native
 * code called, and modules that a failed canonizer made, wait for one.
 */
@ExtendWith(LeavesNothing.class)
class NothingLeftBehindTest {
  private static final int RUNS = 25;
  private static final Moody MOODY = new Moody();
  private static Sequential model;
  private static Tensor input;
  private static Tensor wrong;
  private static Sequential words;
  private static Tensor ids;

  /** Throws at the calls that it is told to; otherwise the identity. */
  private static final class Moody extends Module {
    private final AtomicInteger untilFailure = new AtomicInteger(Integer.MAX_VALUE);

    @Override
    protected Tensor compute(Tensor... inputs) {
      Tensor half = inputs[0].mul(new Scalar(0.5));
      if (untilFailure.decrementAndGet() == 0) {
        throw new IllegalStateException("on purpose");
      }
      return half.add(half);
    }
  }

  /**
   * What is run many times.
   *
   * @param waiting how many objects of each run wait for the garbage collector
   */
  private record Work(int waiting, Runnable body) {}

  @BeforeAll
  static void open() {
    model =
        Numeric.drawn(
            new Sequential(
                new Conv2d(2, 3, 2),
                new BatchNorm2d(3),
                new ReLU(),
                MOODY,
                new Flatten(),
                new Linear(12, 4)),
            1);
    model.eval();
    input = Numeric.normal(2, 2, 2, 3, 3);
    wrong = Numeric.normal(3, 2, 3);
    words = Numeric.drawn(new Sequential(new Embedding(7, 3), new Flatten(), new Linear(6, 4)), 4);
    ids = Tensor.create(new long[] {1, 6, 3, 3}, 2, 2);
  }

  @AfterAll
  static void close() {
    model.close();
    input.close();
    wrong.close();
    words.close();
    ids.close();
  }

  private static Composite composite() {
    return new EpsilonPlus(
        new CompositeOptions()
            .canonizers(new SequentialMergeBatchNorm(), new SoftplusCanonizer(5)));
  }

  private static List<Attributor<?>> attributors(Composite composite) {
    return List.of(
        new Gradient(model, composite),
        new InputXGradient(model, composite),
        new Saliency(model, composite),
        new SmoothGrad(model, composite).n_iter(3),
        new IntegratedGradients(model, composite).n_iter(3),
        new GradCAM(model, composite, "2"),
        new GradCAM(model, composite, "2").upsample(true),
        new Occlusion(model, composite).window(2).stride(2));
  }

  private static Map<String, Work> attributions() {
    Map<String, Work> works = new LinkedHashMap<>();
    for (Composite composite : new Composite[] {null, composite()}) {
      for (Attributor<?> attributor : attributors(composite)) {
        // A hook at the layer, for each registration.
        int hooks = attributor instanceof GradCAM ? 1 : 0;
        String name = works.size() + " " + attributor.getClass().getSimpleName();
        works.put(name, new Work(hooks, () -> attributor.apply(input, 1).close()));
        works.put(
            name + ", open",
            new Work(
                hooks,
                () -> {
                  attributor.open();
                  attributor.apply(input, 1).close();
                  attributor.apply(input).close();
                  attributor.close();
                }));
      }
    }
    Gradient gradient = new Gradient(model, composite());
    works.put("many targets", new Work(0, () -> gradient.targets(input, 0, 1, 2).close()));
    works.put("layers", new Work(2, () -> gradient.layers("0", "5").apply(input, 1).close()));
    TokenRelevance tokens = new TokenRelevance(words, composite(), "0").contrast(1, 2);
    works.put("tokens", new Work(1, () -> tokens.apply(ids).close()));
    works.put("tokens and no others", new Work(1, () -> tokens.apply_all(ids).close()));
    works.put("the first embedding", new Work(1, () -> FirstEmbedding.of(words, ids)));
    works.put(
        "a function of the output",
        new Work(0, () -> gradient.apply(input, out -> out.sub(out.mean())).close()));
    works.put("second derivatives", new Work(0, () -> differentiate(gradient.create_graph(true))));
    works.put(
        "a graph that is kept",
        new Work(0, () -> gradient.retain_graph(true).apply(input, 1).close()));
    works.put(
        "inactive rules",
        new Work(
            0,
            () -> {
              try (Gradient open = gradient.target(1).open();
                  Inactive inactive = open.inactive()) {
                open.apply(input).close();
                inactive.close();
                open.apply(input).close();
              }
            }));
    // A hook before and one behind each of the rules: two at most for each of five modules.
    works.put(
        "a conservation report",
        new Work(10, () -> ConservationReport.of(model, composite(), input, 1)));
    return works;
  }

  private static void differentiate(Gradient recorded) {
    try (Tensor leaf = input.clone();
        Tensor point = leaf.requires_grad_(true);
        Attribution attribution = recorded.apply(point, 1);
        Tensor loss = attribution.relevance().sum();
        Tensor derivative = Autograd.grad(loss, point)) {
      assertTrue(derivative.defined());
    }
  }

  private static Map<String, Work> failures() {
    Map<String, Work> works = new LinkedHashMap<>();
    List<Attributor<?>> attributors = attributors(composite());
    for (Attributor<?> attributor : attributors) {
      int hooks = attributor instanceof GradCAM ? 1 : 0;
      String name = attributors.indexOf(attributor) + " " + attributor.getClass().getSimpleName();
      works.put(
          name + ": a bad target", fails(hooks, "no target 9", () -> attributor.apply(input, 9)));
      works.put(name + ": a bad input", fails(hooks, "Expected", () -> attributor.apply(wrong, 1)));
      works.put(
          name + ": an output function that throws",
          fails(
              hooks, "on purpose", () -> attributor.apply(input, NothingLeftBehindTest::throwing)));
      works.put(
          name + ": an output function that answers null",
          fails(hooks, "answered null", () -> attributor.apply(input, out -> null)));
      works.put(
          name + ": a forward that throws", fails(hooks, "on purpose", () -> moody(1, attributor)));
    }
    for (Attributor<?> attributor :
        List.of(attributors.get(3), attributors.get(4), attributors.get(7))) {
      works.put(
          attributor.getClass().getSimpleName() + ": a forward that throws half-way",
          fails(0, "on purpose", () -> moody(2, attributor)));
    }
    works.put(
        "tokens: a bad target",
        fails(
            1,
            "no target 9",
            () -> new TokenRelevance(words, composite(), "0").contrast(1, 9).apply(ids)));
    works.put(
        "tokens: a module that embeds none",
        fails(
            1,
            "name the module that embeds the ids",
            () -> new TokenRelevance(words, composite(), "2").apply(ids)));
    works.put("a forward that throws while open", new Work(0, () -> open(attributors.get(0))));
    works.put(
        "a baseline that throws",
        fails(
            0,
            "on purpose",
            () ->
                new IntegratedGradients(model, composite())
                    .baseline_fn(NothingLeftBehindTest::throwing)
                    .apply(input, 1)));
    works.put(
        "an occlusion that throws",
        fails(
            0,
            "on purpose",
            () ->
                new Occlusion(model, composite())
                    .occlusion_fn((in, mask) -> throwing(in))
                    .apply(input, 1)));
    works.put(
        "a layer that is not there",
        fails(
            1,
            "no module '7'",
            () -> new Gradient(model, composite()).layers("0", "7").apply(input, 1)));
    works.put(
        "a bad target among many",
        fails(0, "no target 9", () -> new Gradient(model, composite()).targets(input, 0, 1, 9)));
    works.put(
        "relevance that is not finite",
        fails(
            0,
            "module '4' (Flatten): its relevance is not finite",
            () -> new Gradient(model, unstable()).apply(input, out -> torch.ones_like(out))));
    works.put(
        "a module map that throws half-way",
        fails(0, "on purpose", () -> new Gradient(model, throwingMap()).apply(input, 1)));
    works.put(
        "a canonizer that throws half-way",
        fails(
            1,
            "on purpose",
            () -> {
              Composite composite =
                  new Composite(
                      List.of(
                          new SequentialMergeBatchNorm(),
                          new SoftplusCanonizer(5),
                          new GivingUp()));
              new Gradient(model, composite).open();
            }));
    works.put(
        "a coverage that refuses",
        fails(
            0,
            "no rule for",
            () -> new Gradient(model, partial().coverage(Coverage.REQUIRE)).apply(input, 1)));
    works.put(
        "a report of a bad target",
        fails(10, "no target 9", () -> ConservationReport.of(model, composite(), input, 9)));
    works.put(
        "a report of a forward that throws",
        fails(
            10,
            "on purpose",
            () -> {
              MOODY.untilFailure.set(1);
              ConservationReport.of(model, composite(), input, 1);
            }));
    return works;
  }

  private static Work fails(int waiting, String message, Executable body) {
    return new Work(
        waiting,
        () -> {
          RuntimeException failure = assertThrows(RuntimeException.class, body);
          MOODY.untilFailure.set(Integer.MAX_VALUE);
          assertTrue(String.valueOf(failure.getMessage()).contains(message), failure.toString());
        });
  }

  private static Tensor throwing(Tensor tensor) {
    assertTrue(tensor.add(tensor).defined());
    throw new IllegalStateException("on purpose");
  }

  private static void moody(int calls, Attributor<?> attributor) {
    MOODY.untilFailure.set(calls);
    attributor.apply(input, 1);
  }

  private static void open(Attributor<?> attributor) {
    attributor.open();
    for (int i = 0; i < 2; i++) {
      fails(0, "on purpose", () -> moody(1, attributor)).body().run();
      attributor.apply(input, 1).close();
    }
    attributor.close();
  }

  // What the ReLU has cut off is zero, and its share 0 / 0 without a stabilizer.
  private static Composite unstable() {
    return new Composite(
            (context, name, module) -> {
              if (module instanceof ReLU) {
                return new Pass();
              }
              return module instanceof Flatten ? new Epsilon(new Stabilizer(0)) : null;
            })
        .coverage(Coverage.IGNORE);
  }

  private static Composite partial() {
    return new Composite((context, name, module) -> name.equals("0") ? new Epsilon() : null);
  }

  private static Composite throwingMap() {
    return new Composite(
        (context, name, module) -> {
          if (name.equals("4")) {
            throw new IllegalStateException("on purpose");
          }
          return name.equals("0") ? new Epsilon() : null;
        },
        List.of(new SequentialMergeBatchNorm(), new SoftplusCanonizer(5)));
  }

  /** Replaces one module, takes out another, and gives up. */
  private static final class GivingUp extends Canonizer {
    @Override
    public List<Canonizer> apply(Module root) {
      root.replace_module("0", new Softplus());
      root.unregister_module("4");
      throw new IllegalStateException("on purpose");
    }

    @Override
    public void remove() {
      throw new AssertionError("it was never applied");
    }

    @Override
    public Canonizer copy() {
      return new GivingUp();
    }
  }

  @TestFactory
  Stream<DynamicTest> afterAttributions() {
    return attributions().entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> check(e.getValue())));
  }

  @TestFactory
  Stream<DynamicTest> afterFailures() {
    return failures().entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> check(e.getValue())));
  }

  private static void check(Work work) throws InterruptedException {
    State before = State.of(model);
    work.body().run();
    before.assertSameAs(State.of(model));
    long objects = settled(Long.MIN_VALUE);
    long nodes = Diagnostics.count(Kind.RULE_NODE);
    for (int i = 0; i < RUNS; i++) {
      work.body().run();
    }
    long left = Pointer.totalCount() - objects;
    assertTrue(
        left <= (long) work.waiting() * RUNS,
        () -> left + " objects are left of " + RUNS + " runs");
    assertEquals(nodes, Diagnostics.count(Kind.RULE_NODE), "rule nodes");
    assertTrue(settled(objects) <= objects, "the collector takes what waited for it");
    before.assertSameAs(State.of(model));
  }

  /**
   * The number of native objects once the collector has no more to take, or the goal is reached.
   */
  private static long settled(long goal) throws InterruptedException {
    long count = Pointer.totalCount();
    for (int same = 0, tries = 0; same < 3 && count > goal && tries < 100; tries++) {
      System.gc();
      Thread.sleep(20);
      long now = Pointer.totalCount();
      same = now == count ? same + 1 : 0;
      count = now;
    }
    return count;
  }

  /**
   * All that an attribution might change on a tree: the very modules by path, what they compute
   * with, the hooks, and the parameters and buffers with their places in memory and their bits.
   */
  private record State(
      Map<String, Module> modules,
      String printed,
      long hooks,
      Map<String, List<Object>> tensors,
      boolean training) {

    static State of(Module root) {
      Map<String, List<Object>> tensors = new LinkedHashMap<>();
      root.state_dict()
          .forEach(
              (name, tensor) -> {
                try (tensor) {
                  tensors.put(name, bits(tensor));
                }
              });
      return new State(
          root.named_modules(),
          root.toString(),
          root.modules().stream().mapToLong(module -> module.hooks().count()).sum(),
          tensors,
          root.modules().stream().anyMatch(Module::is_training));
    }

    private static List<Object> bits(Tensor tensor) {
      List<Object> all = new ArrayList<>();
      try (Pointer data = tensor.data_ptr();
          Tensor grad = tensor.grad()) {
        all.add(data.address());
        all.add(tensor.requires_grad());
        all.add(grad.defined());
      }
      for (double value : Numeric.values(tensor)) {
        all.add(Double.doubleToRawLongBits(value));
      }
      return all;
    }

    void assertSameAs(State now) {
      assertEquals(List.copyOf(modules.keySet()), List.copyOf(now.modules.keySet()), "paths");
      modules.forEach((path, module) -> assertSame(module, now.modules.get(path), path));
      assertEquals(printed, now.printed);
      assertEquals(0, now.hooks, "hooks");
      assertEquals(tensors, now.tensors);
      assertEquals(training, now.training);
    }
  }
}
