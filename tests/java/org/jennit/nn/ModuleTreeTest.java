package org.jennit.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;
import org.jennit.core.Numeric;
import org.junit.jupiter.api.Test;

/** Names, order, changes and errors of the tree. */
class ModuleTreeTest {

  private static Sequential small() {
    return new Sequential(
        new Linear(2, 3), new ReLU(), new Sequential(new Linear(3, 2), new ReLU()));
  }

  private static String messageOf(Class<? extends RuntimeException> type, Runnable work) {
    return assertThrows(type, work::run).getMessage();
  }

  @Test
  void namesAreTorchsDepthFirst() {
    try (Sequential model = small()) {
      assertEquals(
          List.of("", "0", "1", "2", "2.0", "2.1"), List.copyOf(model.named_modules().keySet()));
      assertEquals(List.of("0", "1", "2"), List.copyOf(model.named_children().keySet()));
      assertEquals(6, model.modules().size());
      assertSame(model.get_submodule("2.1"), model.modules().get(5));
      assertSame(model, model.get_submodule(""));
    }
  }

  @Test
  void aSharedModuleIsNamedOnceButStandsTwice() {
    ReLU shared = new ReLU();
    try (Sequential model = new Sequential(shared, new Linear(2, 2), shared)) {
      assertEquals(List.of("", "0", "1"), List.copyOf(model.named_modules().keySet()));
      assertEquals(3, model.children().size());
      assertEquals(3, model.named_children().size());
    }
  }

  @Test
  void parametersOfASharedModuleAreGivenOnce() {
    Linear shared = new Linear(2, 2);
    try (Sequential model = new Sequential(shared, new ReLU(), shared)) {
      // Python: named_parameters() names a shared parameter once, state_dict() under both paths.
      assertEquals(List.of("0.weight", "0.bias"), List.copyOf(model.named_parameters().keySet()));
      assertEquals(2, model.parameters().size());
      assertEquals(
          List.of("0.weight", "0.bias", "2.weight", "2.bias"),
          List.copyOf(model.state_dict().keySet()));
    }
  }

  @Test
  void anUnknownPathNamesThePartThatIsMissing() {
    try (Sequential model = small()) {
      for (String path : List.of("2.7", "3", "2.0.x", ".", "2.", "..")) {
        String message = messageOf(IllegalArgumentException.class, () -> model.get_submodule(path));
        assertTrue(message.contains("'" + path + "'"), message);
      }
      assertTrue(
          messageOf(IllegalArgumentException.class, () -> model.get_submodule("2.7"))
              .contains("[0, 1]"));
    }
  }

  @Test
  void replacingKeepsTheOrderAndTakesEffectAtOnce() {
    try (Sequential model = Numeric.drawn(small(), 1);
        Tensor input = Numeric.normal(2, 4, 2)) {
      Module relu = model.get_submodule("1");
      double[] before = Numeric.values(model.forward(input));
      assertSame(relu, model.replace_module("1", new Tanh()));
      assertEquals(List.of("0", "1", "2"), List.copyOf(model.named_children().keySet()));
      assertTrue(model.toString().contains("(1): Tanh()"));
      assertTrue(Numeric.relativeError(before, Numeric.values(model.forward(input))) > 1e-3);
      model.replace_module("1", relu);
      Numeric.assertClose(before, Numeric.values(model.forward(input)), 0, "put back");
    }
  }

  @Test
  void wrongChangesAreRefusedAndChangeNothing() {
    try (Sequential model = small()) {
      Module inner = model.get_submodule("2");
      String before = model.toString();
      Map<String, Runnable> refused = new LinkedHashMap<>();
      refused.put("no child '7'", () -> model.replace_module("7", new ReLU()));
      refused.put("root", () -> model.replace_module("", new ReLU()));
      refused.put("circle", () -> inner.replace_module("0", model));
      refused.put("in a module that it contains", () -> inner.register_module("x", model));
      refused.put("already", () -> model.register_module("1", new ReLU()));
      refused.put("dot", () -> model.register_module("a.b", new ReLU()));
      refused.put("empty", () -> model.register_module("", new ReLU()));
      refused.put("has no child 'q'", () -> model.unregister_module("q"));
      refused.put("cannot stand as '1'", () -> model.replace_module("1", model));
      refused.forEach(
          (part, work) -> {
            String message = messageOf(JennitException.class, work);
            assertTrue(message.contains(part), message);
          });
      assertEquals(before, model.toString());
      assertEquals(3, model.children().size());
    }
  }

  @Test
  void takingOutKeepsTheOrderOfTheOthers() {
    try (Sequential model = small()) {
      Module taken = model.unregister_module("1");
      assertEquals(List.of("0", "2"), List.copyOf(model.named_children().keySet()));
      assertEquals("ReLU()", taken.toString());
      model.register_module("1", taken);
      assertEquals(List.of("0", "2", "1"), List.copyOf(model.named_children().keySet()));
    }
  }

  @Test
  void applyVisitsChildrenFirst() {
    try (Sequential model = small()) {
      List<String> visited = new ArrayList<>();
      model.apply(module -> visited.add(module.type_name()));
      assertEquals(
          List.of("Linear", "ReLU", "Linear", "ReLU", "Sequential", "Sequential"), visited);
    }
  }

  @Test
  void printsAsTorch() {
    try (Sequential model = small()) {
      assertEquals(
          """
          Sequential(
            (0): Linear(in_features=2, out_features=3, bias=True)
            (1): ReLU()
            (2): Sequential(
              (0): Linear(in_features=3, out_features=2, bias=True)
              (1): ReLU()
            )
          )\
          """,
          model.toString());
    }
  }

  @Test
  void closingTwiceIsFineAndUseAfterwardsSaysSo() {
    Sequential model = small();
    Module child = model.get_submodule("2.0");
    model.close();
    model.close();
    assertTrue(model.is_closed() && child.is_closed());
    for (Runnable use :
        List.<Runnable>of(
            () -> model.forward(Numeric.normal(1, 1, 2)),
            model::children,
            model::modules,
            model::parameters,
            model::state_dict,
            model::eval,
            model::hooks,
            () -> model.get_submodule("0"),
            () -> model.replace_module("0", new ReLU()),
            () -> model.unregister_module("0"),
            () -> model.requires_grad_(false),
            () -> model.load_state_dict(Map.of()),
            () -> model.apply(module -> {}),
            child::type_name)) {
      assertThrows(IllegalStateException.class, use::run);
    }
    assertEquals("Sequential(closed)", model.toString());
  }

  @Test
  void aFailingModuleIsNamedByItsPath() {
    try (Sequential model = Numeric.drawn(small(), 1)) {
      model.get_submodule("2").replace_module("0", Numeric.drawn(new Linear(5, 2), 1));
      String message =
          messageOf(JennitException.class, () -> model.forward(Numeric.normal(1, 4, 2)));
      assertTrue(message.contains("module '2.0' (Linear)"), message);
      assertFalse(message.contains("Exception raised from"), message);
      assertThrows(JennitException.class, model::forward);
      assertEquals(
          "input 0 is null",
          messageOf(NullPointerException.class, () -> model.forward((Tensor) null)));
      assertThrows(JennitException.class, () -> model.forward(new Tensor()));
    }
  }

  @Test
  void listsAndDictsHaveNoForward() {
    try (ModuleList list = new ModuleList(new ReLU(), new Tanh())) {
      list.append(new ELU());
      assertEquals(3, list.size());
      assertEquals("Tanh()", list.get(1).toString());
      String message = messageOf(JennitException.class, () -> list.forward(Numeric.normal(1, 2)));
      assertTrue(message.contains("ModuleList has no forward"), message);
      assertThrows(IndexOutOfBoundsException.class, () -> list.get(3));
    }
  }
}
