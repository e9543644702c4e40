package org.jennit.nn;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.jennit.composites.EpsilonPlus;
import org.jennit.core.CompositeContext;
import org.jennit.junit.LeavesNothing;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** More memory than there is: an exception, after which all works on. */
@ExtendWith(LeavesNothing.class)
@Tag("lifetimes")
class OutOfMemoryTest {
  private static final long HUGE = 1L << 44;

  /** Answers as many copies of its input as it is told to. */
  private static final class Copies extends Module {
    private long count = 1;

    @Override
    protected Tensor compute(Tensor... inputs) {
      return inputs[0].unsqueeze(0).expand(count, 1, 2).contiguous().sum(0);
    }
  }

  @Test
  void aModuleThatAsksForTooMuchIsNamed() {
    Copies copies = new Copies();
    try (PointerScope scope = new PointerScope();
        Sequential model = new Sequential(new Linear(2, 2), copies);
        CompositeContext context = new EpsilonPlus().context(model)) {
      Tensor input = torch.ones(1, 2).requires_grad_(true);
      Tensor before = model.forward(input);
      copies.count = HUGE;
      JennitException failure = assertThrows(JennitException.class, () -> model.forward(input));
      assertTrue(failure.getMessage().contains("module '1' (Copies)"), failure.getMessage());
      assertTrue(failure.getMessage().contains("memory"), failure.getMessage());
      copies.count = 1;
      assertTrue(model.forward(input).equal(before));
    }
  }

  @Test
  void aLayerThatIsTooLargeIsRefused() {
    JennitException failure =
        assertThrows(JennitException.class, () -> new Linear(1L << 22, 1L << 22));
    assertTrue(failure.getMessage().contains("memory"), failure.getMessage());
  }
}
