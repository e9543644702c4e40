package org.jennit.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.junit.jupiter.api.Test;

class LeavesTest {
  @Test
  void leavesAreAnsweredDepthFirstAndAsOftenAsTheyStand() {
    ReLU shared = new ReLU();
    Linear first = new Linear(2, 2);
    Linear last = new Linear(2, 2);
    try (Sequential model =
        new Sequential(new Sequential(first, shared), new Sequential(), shared, last)) {
      List<Module> empty = List.of(model.get_submodule("1"));
      assertEquals(
          List.of(first, shared, empty.get(0), shared, last), Leaves.collect_leaves(model));
      assertEquals(empty, Leaves.collect_leaves(empty.get(0)));
    }
  }
}
