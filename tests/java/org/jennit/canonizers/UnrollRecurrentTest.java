package org.jennit.canonizers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.nn.GRUCell;
import org.jennit.nn.LSTM;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.RNN;
import org.jennit.nn.Sequential;
import org.jennit.nn.Unrolled;
import org.junit.jupiter.api.Test;

/** What the canonizer swaps, and that it undoes it. */
class UnrollRecurrentTest {

  /** Reads twice with one layer, then with another. */
  private static final class Reader extends Module {
    Reader() {
      Module lstm = register_module("first", new LSTM(2, 2));
      register_module("second", lstm);
      register_module("inner", new Sequential(new RNN(2, 2)));
      register_module("cell", new GRUCell(2, 2));
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      Tensor once = get_submodule("first").forward(inputs[0]);
      Tensor twice = get_submodule("second").forward(once);
      Tensor last = get_submodule("inner").forward_all(twice)[0].select(0, -1);
      return get_submodule("cell").forward(last, last);
    }
  }

  @Test
  void everyLayerIsSwappedAndPutBack() {
    try (PointerScope scope = new PointerScope();
        Reader model = new Reader()) {
      Tensor x = torch.randn(4, 3, 2);
      List<Module> before = model.modules();
      List<String> names = List.copyOf(model.state_dict().keySet());
      Tensor expected = model.forward(x);
      Module unrolled;
      try (CompositeContext context =
          new Composite(List.of(new UnrollRecurrent())).context(model)) {
        unrolled = model.get_submodule("first");
        assertTrue(unrolled instanceof Unrolled);
        assertSame(unrolled, model.get_submodule("second"));
        assertEquals("UnrolledRNN", model.get_submodule("inner.0").type_name());
        assertEquals("UnrolledGRUCell", model.get_submodule("cell").type_name());
        assertEquals(names, List.copyOf(model.state_dict().keySet()));
        assertTrue(torch.allclose(expected, model.forward(x), 1e-5, 1e-6, false));
      }
      assertEquals(before, model.modules());
      assertTrue(unrolled.is_closed());
      assertTrue(expected.equal(model.forward(x)));
    }
  }

  @Test
  void theRootCannotBeSwapped() {
    try (LSTM lstm = new LSTM(2, 2)) {
      Composite composite = new Composite(List.of(new UnrollRecurrent()));
      String message =
          assertThrows(JennitException.class, () -> composite.context(lstm)).getMessage();
      assertTrue(message.contains("wrap it in a Sequential"), message);
    }
  }

  @Test
  void othersCannotBeUnrolled() {
    try (Linear linear = new Linear(2, 2)) {
      String message = assertThrows(JennitException.class, () -> Unrolled.of(linear)).getMessage();
      assertEquals("a Linear is not recurrent and cannot be unrolled", message);
    }
  }

  @Test
  void theCanonizerHasAName() {
    assertTrue(Canonizers.named("UnrollRecurrent") instanceof UnrollRecurrent);
  }
}
