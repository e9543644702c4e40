package org.jennit.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.JennitException;
import org.jennit.core.Stabilizer;
import org.jennit.image.Image;
import org.jennit.nn.Linear;
import org.jennit.nn.Masks;
import org.junit.jupiter.api.Test;

/** What hostile calls found: refusals that came in LibTorch's words, or too late. */
class FoundTest {
  private static String refusal(Class<? extends Exception> type, Runnable call) {
    return assertThrows(type, call::run).getMessage();
  }

  @Test
  void picturesOfSparseAndQuantisedTensors() {
    try (PointerScope scope = new PointerScope()) {
      Tensor sparse = torch.ones(2, 3).to_sparse();
      Tensor quantised = torch.quantize_per_tensor(torch.rand(2, 3), 0.1, 0, ScalarType.QUInt8);
      for (Tensor each : new Tensor[] {sparse, quantised}) {
        String message = refusal(IllegalArgumentException.class, () -> Image.imgify(each));
        assertTrue(message.contains("to_dense() or dequantize()"), message);
      }
    }
  }

  @Test
  void stabilizersOfWhatLibTorchCannotCompare() {
    try (PointerScope scope = new PointerScope()) {
      Tensor sparse = torch.ones(2, 3).to_sparse();
      String message = refusal(JennitException.class, () -> new Stabilizer().apply(sparse));
      assertTrue(message.contains("Sparse"), message);
      Tensor undefined = new Tensor();
      message = refusal(JennitException.class, () -> new Stabilizer().apply(undefined));
      assertEquals("the value to stabilize is an undefined tensor", message);
    }
  }

  @Test
  void parametersOfIntegers() {
    try (Linear layer = new Linear(2, 2)) {
      for (ScalarType dtype : new ScalarType[] {ScalarType.Long, ScalarType.QInt8}) {
        String message = refusal(IllegalArgumentException.class, () -> layer.to(dtype));
        assertTrue(message.contains("cannot become " + dtype), message);
      }
      layer.to(ScalarType.Double);
      try (Tensor weight = layer.get_parameter("weight")) {
        assertEquals(ScalarType.Double, weight.scalar_type().intern());
      }
    }
  }

  @Test
  void aMaskOfNegativeSize() {
    String message =
        refusal(
            JennitException.class,
            () -> Masks.generate_square_subsequent_mask(-1, ScalarType.Float));
    assertTrue(message.contains("negative dimension"), message);
  }
}
