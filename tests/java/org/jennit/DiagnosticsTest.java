package org.jennit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.Diagnostics.Kind;
import org.jennit.Diagnostics.Made;
import org.jennit.core.Autograd;
import org.jennit.core.BasicHook;
import org.jennit.nn.Linear;
import org.jennit.nn.ReLU;
import org.jennit.nn.RemovableHandle;
import org.jennit.nn.Sequential;
import org.jennit.rules.Epsilon;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is counted, and where it is said to be made. */
@Tag("lifetimes")
class DiagnosticsTest {
  private final Map<Kind, Long> before = Diagnostics.counts();

  @AfterEach
  void untraced() {
    Diagnostics.trace(false);
  }

  /** By how much each count differs from that at the start; what does not differ is left out. */
  private Map<Kind, Long> more() {
    Map<Kind, Long> more = new EnumMap<>(Kind.class);
    Diagnostics.counts()
        .forEach(
            (kind, count) -> {
              if (!count.equals(before.get(kind))) {
                more.put(kind, count - before.get(kind));
              }
            });
    return more;
  }

  @Test
  void eachThingIsCountedWhileItLives() {
    try (Sequential model = new Sequential(new Linear(3, 2), new ReLU())) {
      assertEquals(Map.of(Kind.MODULE, 3L), more());
      try (RemovableHandle rule = new Epsilon().register(model.get_submodule("0"));
          Tensor input = torch.ones(1, 3).requires_grad_(true)) {
        assertEquals(Map.of(Kind.MODULE, 3L, Kind.HOOK, 1L), more());
        try (Tensor output = model.forward(input);
            Tensor seed = torch.ones(1, 2)) {
          Map<Kind, Long> inGraph = more();
          assertEquals(1L, inGraph.get(Kind.RULE_NODE));
          assertTrue(inGraph.get(Kind.TENSOR) >= 2, "input and weight, at least: " + inGraph);
          Autograd.grad(output, input, seed).close();
          assertEquals(1L, more().get(Kind.RULE_NODE), "the graph lives with its output");
          assertFalse(more().containsKey(Kind.TENSOR), "its tensors were freed by the pass");
        }
        assertEquals(Map.of(Kind.MODULE, 3L, Kind.HOOK, 1L), more());
      }
      assertEquals(Map.of(Kind.MODULE, 3L), more());
    }
    assertEquals(Map.of(), more());
  }

  @Test
  void functionsInJavaAreCallbacks() {
    try (Linear layer = new Linear(3, 2)) {
      try (RemovableHandle rule = new BasicHook().register(layer)) {
        assertEquals(Map.of(Kind.MODULE, 1L, Kind.HOOK, 1L, Kind.CALLBACK, 1L), more());
      }
      assertEquals(Map.of(Kind.MODULE, 1L), more());
    }
  }

  @Test
  void tracingSaysWhereThingsWereMade() {
    try (ReLU untraced = new ReLU()) {
      Diagnostics.trace(true);
      List<Made> earlier = Diagnostics.made();
      try (ReLU one = new ReLU();
          Sequential three = threeAtOnePlace()) {
        Map<Long, List<Made>> byCount =
            Diagnostics.made().stream()
                .filter(made -> !earlier.contains(made))
                .collect(java.util.stream.Collectors.groupingBy(Made::count));
        assertEquals(2, byCount.get(1L).size(), "one and the Sequential: " + byCount);
        Made made = byCount.get(3L).get(0);
        assertEquals(Kind.MODULE, made.kind());
        assertTrue(
            made.where().stream().anyMatch(call -> call.getMethodName().equals("threeAtOnePlace")),
            made.toString());
        assertTrue(made.toString().contains("3 of kind MODULE, made at"), made.toString());
        assertTrue(made.toString().contains("DiagnosticsTest.java:"), made.toString());
        assertFalse(made.toString().contains("org.jennit.internal"), made.toString());
      }
      assertEquals(earlier, Diagnostics.made());
      Diagnostics.trace(false);
      try (ReLU another = new ReLU()) {
        assertEquals(earlier, Diagnostics.made());
      }
    }
  }

  private static Sequential threeAtOnePlace() {
    ReLU[] made = new ReLU[3];
    for (int i = 0; i < made.length; i++) {
      made[i] = new ReLU();
    }
    return new Sequential(made);
  }
}
