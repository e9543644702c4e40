package org.jennit.attribution;

import static org.jennit.attribution.WatchedModels.composite;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.jennit.core.Autograd;
import org.jennit.core.Composite;
import org.jennit.core.Inactive;
import org.jennit.core.RepeatedWork;
import org.jennit.junit.LeavesNothing;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * After every attribution the tree, its hooks and the bits of its state are as before, and no
 * native object is left: what the caller gets is closed here by hand, and all else is gone at once,
 * without a garbage collection. Only functions of Java that native code called wait for one.
 */
@ExtendWith(LeavesNothing.class)
class NothingLeftAfterAttributionsTest {
  private static WatchedModels watched;

  @BeforeAll
  static void open() {
    watched = new WatchedModels();
  }

  @AfterAll
  static void close() {
    watched.close();
  }

  @TestFactory
  Stream<DynamicTest> afterAttributions() {
    return watched.checks(attributions());
  }

  private static Map<String, RepeatedWork> attributions() {
    Map<String, RepeatedWork> works = new LinkedHashMap<>();
    for (Composite composite : new Composite[] {null, composite()}) {
      for (Attributor<?> attributor : watched.attributors(composite)) {
        // A hook at the layer, for each registration.
        int hooks = attributor instanceof GradCAM ? 1 : 0;
        String name = works.size() + " " + attributor.getClass().getSimpleName();
        works.put(name, new RepeatedWork(hooks, () -> attributor.apply(watched.input, 1).close()));
        works.put(
            name + ", open",
            new RepeatedWork(
                hooks,
                () -> {
                  attributor.open();
                  attributor.apply(watched.input, 1).close();
                  attributor.apply(watched.input).close();
                  attributor.close();
                }));
      }
    }
    Gradient gradient = new Gradient(watched.model, composite());
    works.put(
        "many targets",
        new RepeatedWork(0, () -> gradient.targets(watched.input, 0, 1, 2).close()));
    works.put(
        "layers",
        new RepeatedWork(2, () -> gradient.layers("0", "5").apply(watched.input, 1).close()));
    TokenRelevance tokens = new TokenRelevance(watched.words, composite(), "0").contrast(1, 2);
    works.put("tokens", new RepeatedWork(1, () -> tokens.apply(watched.ids).close()));
    works.put(
        "tokens and no others", new RepeatedWork(1, () -> tokens.apply_all(watched.ids).close()));
    works.put(
        "the first embedding",
        new RepeatedWork(1, () -> FirstEmbedding.of(watched.words, watched.ids)));
    works.put(
        "a function of the output",
        new RepeatedWork(
            0, () -> gradient.apply(watched.input, out -> out.sub(out.mean())).close()));
    works.put(
        "second derivatives",
        new RepeatedWork(0, () -> differentiate(gradient.create_graph(true))));
    works.put(
        "a graph that is kept",
        new RepeatedWork(0, () -> gradient.retain_graph(true).apply(watched.input, 1).close()));
    works.put(
        "inactive rules",
        new RepeatedWork(
            0,
            () -> {
              try (Gradient open = gradient.target(1).open();
                  Inactive inactive = open.inactive()) {
                open.apply(watched.input).close();
                inactive.close();
                open.apply(watched.input).close();
              }
            }));
    // A hook before and one behind each of the rules: two at most for each of five modules.
    works.put(
        "a conservation report",
        new RepeatedWork(
            10, () -> ConservationReport.of(watched.model, composite(), watched.input, 1)));
    return works;
  }

  private static void differentiate(Gradient recorded) {
    try (Tensor leaf = watched.input.clone();
        Tensor point = leaf.requires_grad_(true);
        Attribution attribution = recorded.apply(point, 1);
        Tensor loss = attribution.relevance().sum();
        Tensor derivative = Autograd.grad(loss, point)) {
      assertTrue(derivative.defined());
    }
  }
}
