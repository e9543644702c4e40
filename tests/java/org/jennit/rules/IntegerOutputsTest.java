package org.jennit.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.core.Autograd;
import org.jennit.core.Hook;
import org.jennit.core.Numeric;
import org.jennit.core.Stabilizer;
import org.jennit.export.ExportedProgram;
import org.junit.jupiter.api.Test;

/** Whole numbers beside values in what a module answers are left alone by its rule. */
class IntegerOutputsTest {
  private static final Path FILE =
      Path.of(System.getProperty("jennit.data", "tests/data")).resolve("exported/placed.pt2");

  @Test
  void rulesAndHooksOfTheUserLeaveThemAlone() {
    Stabilizer stabilizer = new Stabilizer(0.25);
    for (Hook hook : List.of(new Epsilon(stabilizer), JavaRules.epsilon(stabilizer))) {
      try (PointerScope scope = new PointerScope();
          ExportedProgram model = ExportedProgram.load(FILE, false)) {
        hook.register(model);
        Tensor x = Numeric.normal(1, 2, 3).requires_grad_(true);
        Tensor[] outputs = model.forward_all(x);
        assertEquals(ScalarType.Long, outputs[1].scalar_type().intern());
        assertFalse(outputs[1].requires_grad());
        Tensor upper = Numeric.normal(2, 2, 3);
        Tensor relevance =
            Autograd.grad(new Tensor[] {outputs[0]}, new Tensor[] {x}, new Tensor[] {upper})[0];
        Tensor z = outputs[0].detach();
        Tensor expected = z.mul(upper).div(stabilizer.apply(z));
        Numeric.assertClose(expected, relevance, 1e-12, hook.getClass().getSimpleName());
      }
    }
  }
}
