package org.jennit.attribution;

import static org.jennit.attribution.WatchedModels.composite;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.canonizers.SequentialMergeBatchNorm;
import org.jennit.core.Canonizer;
import org.jennit.core.Composite;
import org.jennit.core.Coverage;
import org.jennit.core.Numeric;
import org.jennit.core.RepeatedWork;
import org.jennit.core.Stabilizer;
import org.jennit.demo.SoftplusCanonizer;
import org.jennit.junit.LeavesNothing;
import org.jennit.nn.Flatten;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
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
 * After every attribution that failed the tree, its hooks and the bits of its state are as before,
 * and no native object is left: all is gone at once, without a garbage collection. Only functions
 * of Java that native code called, and modules that a failed canonizer made, wait for one.
 */
@ExtendWith(LeavesNothing.class)
class NothingLeftAfterFailuresTest {
  private static WatchedModels watched;
  private static Tensor wrong;

  @BeforeAll
  static void open() {
    watched = new WatchedModels();
    wrong = Numeric.normal(3, 2, 3);
  }

  @AfterAll
  static void close() {
    watched.close();
    wrong.close();
  }

  @TestFactory
  Stream<DynamicTest> afterFailures() {
    return watched.checks(failures());
  }

  private static Map<String, RepeatedWork> failures() {
    Map<String, RepeatedWork> works = new LinkedHashMap<>();
    List<Attributor<?>> attributors = watched.attributors(composite());
    for (Attributor<?> attributor : attributors) {
      int hooks = attributor instanceof GradCAM ? 1 : 0;
      String name = attributors.indexOf(attributor) + " " + attributor.getClass().getSimpleName();
      works.put(
          name + ": a bad target",
          fails(hooks, "no target 9", () -> attributor.apply(watched.input, 9)));
      works.put(name + ": a bad input", fails(hooks, "Expected", () -> attributor.apply(wrong, 1)));
      works.put(
          name + ": an output function that throws",
          fails(
              hooks,
              "on purpose",
              () -> attributor.apply(watched.input, NothingLeftAfterFailuresTest::throwing)));
      works.put(
          name + ": an output function that answers null",
          fails(hooks, "answered null", () -> attributor.apply(watched.input, out -> null)));
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
            () ->
                new TokenRelevance(watched.words, composite(), "0")
                    .contrast(1, 9)
                    .apply(watched.ids)));
    works.put(
        "tokens: a module that embeds none",
        fails(
            1,
            "name the module that embeds the ids",
            () -> new TokenRelevance(watched.words, composite(), "2").apply(watched.ids)));
    works.put(
        "a forward that throws while open", new RepeatedWork(0, () -> open(attributors.get(0))));
    works.put(
        "a baseline that throws",
        fails(
            0,
            "on purpose",
            () ->
                new IntegratedGradients(watched.model, composite())
                    .baseline_fn(NothingLeftAfterFailuresTest::throwing)
                    .apply(watched.input, 1)));
    works.put(
        "an occlusion that throws",
        fails(
            0,
            "on purpose",
            () ->
                new Occlusion(watched.model, composite())
                    .occlusion_fn((in, mask) -> throwing(in))
                    .apply(watched.input, 1)));
    works.put(
        "a layer that is not there",
        fails(
            1,
            "no module '7'",
            () ->
                new Gradient(watched.model, composite()).layers("0", "7").apply(watched.input, 1)));
    works.put(
        "a bad target among many",
        fails(
            0,
            "no target 9",
            () -> new Gradient(watched.model, composite()).targets(watched.input, 0, 1, 9)));
    works.put(
        "relevance that is not finite",
        fails(
            0,
            "module '4' (Flatten): its relevance is not finite",
            () ->
                new Gradient(watched.model, unstable())
                    .apply(watched.input, out -> torch.ones_like(out))));
    works.put(
        "a module map that throws half-way",
        fails(
            0,
            "on purpose",
            () -> new Gradient(watched.model, throwingMap()).apply(watched.input, 1)));
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
              new Gradient(watched.model, composite).open();
            }));
    works.put(
        "a coverage that refuses",
        fails(
            0,
            "no rule for",
            () ->
                new Gradient(watched.model, partial().coverage(Coverage.REQUIRE))
                    .apply(watched.input, 1)));
    works.put(
        "a report of a bad target",
        fails(
            10,
            "no target 9",
            () -> ConservationReport.of(watched.model, composite(), watched.input, 9)));
    works.put(
        "a report of a forward that throws",
        fails(
            10,
            "on purpose",
            () -> {
              watched.moody.throwAt(1);
              ConservationReport.of(watched.model, composite(), watched.input, 1);
            }));
    return works;
  }

  private static RepeatedWork fails(int waiting, String message, Executable body) {
    return new RepeatedWork(
        waiting,
        () -> {
          RuntimeException failure = assertThrows(RuntimeException.class, body);
          watched.moody.calmDown();
          assertTrue(String.valueOf(failure.getMessage()).contains(message), failure.toString());
        });
  }

  private static Tensor throwing(Tensor tensor) {
    assertTrue(tensor.add(tensor).defined());
    throw new IllegalStateException("on purpose");
  }

  private static void moody(int calls, Attributor<?> attributor) {
    watched.moody.throwAt(calls);
    attributor.apply(watched.input, 1);
  }

  private static void open(Attributor<?> attributor) {
    attributor.open();
    for (int i = 0; i < 2; i++) {
      fails(0, "on purpose", () -> moody(1, attributor)).body().run();
      attributor.apply(watched.input, 1).close();
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
}
