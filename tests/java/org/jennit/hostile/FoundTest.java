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
import org.jennit.explain.Compute;
import org.jennit.explain.HeatmapPainter;
import org.jennit.explain.Labels;
import org.jennit.explain.PictureSettings;
import org.jennit.explain.Scores;
import org.jennit.explain.SettingException;
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
  void scoresThatAreNone() {
    Labels labels = Labels.of("digits");
    try (PointerScope scope = new PointerScope()) {
      Tensor values = torch.rand(2, 3).to(ScalarType.Double);
      Scores scores = new Scores(values, values.argsort(true, 1, true), labels);
      assertEquals(values.get(1).get(2).item_double(), scores.value(1, 2));
      assertThrows(IndexOutOfBoundsException.class, () -> scores.value(2, 0));
      assertThrows(IndexOutOfBoundsException.class, () -> scores.ranked(0, -1));
      assertThrows(IndexOutOfBoundsException.class, () -> scores.of(2));
      String message =
          refusal(
              IllegalArgumentException.class,
              () -> new Scores(values.get(0), scores.order(), labels));
      assertEquals("values must be N x outputs of Double, not [3] of Double", message);
      message =
          refusal(
              IllegalArgumentException.class,
              () -> new Scores(values, scores.order().narrow(0, 0, 1), labels));
      assertEquals("values are [2, 3], but order is [1, 3]", message);
    }
  }

  @Test
  void aComputationOnNoDevice() {
    String message = refusal(SettingException.class, () -> new Compute("gpu", ScalarType.Float, 0));
    assertTrue(message.contains("there is no device 'gpu'"), message);
  }

  @Test
  void anOverlayOnWhatIsNoPicture() {
    HeatmapPainter painter =
        new HeatmapPainter(
            new PictureSettings(null, 1, PictureSettings.RelevanceNorm.symmetric, 0.5));
    try (PointerScope scope = new PointerScope()) {
      Tensor relevance = torch.rand(4, 6);
      Tensor picture = torch.zeros(4, 6, 3).to(ScalarType.Byte);
      assertEquals(6, painter.paint(relevance, picture).width());
      Tensor wide = torch.zeros(4, 6, 300).to(ScalarType.Byte);
      String message =
          refusal(IllegalArgumentException.class, () -> painter.paint(relevance, wide));
      assertEquals("input must be height x width x 3 bytes, not [4, 6, 300] of Byte", message);
      Tensor whole = relevance.to(ScalarType.Long);
      message = refusal(IllegalArgumentException.class, () -> painter.paint(whole, picture));
      assertTrue(message.endsWith("not [4, 6] of Long"), message);
      Tensor none = torch.rand(0, 6);
      message = refusal(IllegalArgumentException.class, () -> painter.paint(none, picture));
      assertTrue(message.endsWith("not [0, 6] of Float"), message);
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
