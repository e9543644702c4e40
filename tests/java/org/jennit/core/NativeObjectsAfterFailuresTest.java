package org.jennit.core;

import static org.jennit.core.WatchedModel.rule;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.jennit.canonizers.SequentialMergeBatchNorm;
import org.jennit.composites.EpsilonPlus;
import org.jennit.demo.SoftplusCanonizer;
import org.jennit.junit.LeavesNothing;
import org.jennit.nn.RemovableHandle;
import org.jennit.rules.Epsilon;
import org.jennit.rules.Gamma;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;

/**
 * Nothing native is left of what fails: all must be gone at once, without a garbage collection.
 * Only the functions of Java that native code calls wait for one.
 */
@Tag("lifetimes")
@ExtendWith(LeavesNothing.class)
class NativeObjectsAfterFailuresTest {
  private static WatchedModel watched;

  @BeforeAll
  static void open() {
    watched = new WatchedModel();
  }

  @AfterAll
  static void close() {
    watched.close();
  }

  @TestFactory
  Stream<DynamicTest> nothingIsLeft() {
    return watched.checks(failures());
  }

  private static Map<String, RepeatedWork> failures() {
    IllegalStateException reason = new IllegalStateException("on purpose");
    Map<String, RepeatedWork> works = new LinkedHashMap<>();
    works.put(
        "a wrong input",
        new RepeatedWork(0, () -> fails(() -> watched.model.forward(watched.upper))));
    works.put(
        "a wrong upper relevance",
        new RepeatedWork(
            0, () -> watched.under(new EpsilonPlus(), () -> fails(() -> graded(watched.input)))));
    works.put(
        "a module map that throws",
        new RepeatedWork(
            0,
            () ->
                fails(
                    () ->
                        new Composite(
                                (context, name, module) -> {
                                  if (name.equals("4")) {
                                    throw reason;
                                  }
                                  return name.equals("0") ? new Epsilon() : null;
                                },
                                List.of(new SequentialMergeBatchNorm(), new SoftplusCanonizer(1)))
                            .context(watched.model))));
    works.put(
        "a coverage that refuses",
        new RepeatedWork(
            0,
            () ->
                fails(
                    () ->
                        new Composite((context, name, m) -> name.equals("0") ? new Gamma() : null)
                            .coverage(Coverage.REQUIRE)
                            .context(watched.model))));
    works.put(
        "a rule that the module refuses",
        new RepeatedWork(0, () -> fails(() -> new Gamma().register(watched.layer("2")))));
    works.put(
        "a rule that throws",
        new RepeatedWork(
            1,
            () ->
                fails(
                    () ->
                        watched.hooked(
                            rule(g -> {
                                  throw reason;
                                })
                                .register(watched.layer("2"))))));
    works.put(
        "a rule of the wrong shape",
        new RepeatedWork(
            1,
            () ->
                fails(
                    () ->
                        watched.hooked(
                            rule(g -> new Tensor[] {g[0].sum()}).register(watched.layer("2"))))));
    works.put(
        "a hook that throws",
        new RepeatedWork(
            1,
            () -> {
              try (RemovableHandle handle =
                  watched
                      .layer("2")
                      .register_forward_hook(
                          (m, in, out) -> {
                            out[0].add(out[0]);
                            throw reason;
                          })) {
                fails(() -> watched.model.forward(watched.input));
              }
            }));
    return works;
  }

  private static void graded(Tensor wrong) {
    try (Tensor output = watched.model.forward(watched.input)) {
      Autograd.grad(output, watched.input, wrong);
    }
  }

  private static void fails(Executable work) {
    assertThrows(RuntimeException.class, work);
  }
}
