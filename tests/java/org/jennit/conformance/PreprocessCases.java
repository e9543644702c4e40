package org.jennit.conformance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.image.transform.Preprocessing;
import org.jennit.weights.SafeTensors;
import org.jennit.weights.StateDict;

/** Photographs against what torchvision's transforms make of them. */
public final class PreprocessCases {

  private static final double LEVEL = 1 / 255.0;
  private static final double ROUNDING = 1e-5;

  private PreprocessCases() {}

  /**
   * Preprocesses every photograph named in {@code preprocess.safetensors}. Before normalising, a
   * lossless file may be off by 1/255, a JPEG by 3/255.
   *
   * @throws AssertionError naming each file that is off or cannot be read
   */
  public static void run(Path vectorsFolder, Path photosFolder) throws IOException {
    List<String> failures = new ArrayList<>();
    try (StateDict expected = SafeTensors.read(vectorsFolder.resolve("preprocess.safetensors"))) {
      if (expected.isEmpty()) {
        failures.add("preprocess.safetensors holds no photographs");
      }
      for (Map.Entry<String, Tensor> photo : expected.entrySet()) {
        String name = photo.getKey();
        double tolerance = name.toLowerCase(Locale.ROOT).matches(".*\\.jpe?g") ? 3 : 1;
        try {
          double levels = difference(photosFolder.resolve(name), photo.getValue());
          if (!(levels <= tolerance + ROUNDING)) {
            failures.add("%s: off by %.3f / 255, allowed %.0f".formatted(name, levels, tolerance));
          }
        } catch (IOException e) {
          failures.add(name + ": " + e.getMessage());
        }
      }
    }
    if (!failures.isEmpty()) {
      throw new AssertionError("preprocessing:\n" + String.join("\n", failures));
    }
  }

  /** The largest difference before normalising, in steps of 1/255. */
  @SuppressWarnings("try") // the scope works by being open
  private static double difference(Path photo, Tensor expected) throws IOException {
    Preprocessing preprocessing = Preprocessing.imagenet();
    double largest = 0;
    try (PointerScope temporaries = new PointerScope()) {
      Tensor difference = preprocessing.apply(photo).sub(expected).to(ScalarType.Double).abs();
      for (int channel = 0; channel < 3; channel++) {
        double normalized = difference.get(channel).max().item_double();
        largest = Math.max(largest, normalized * preprocessing.std().get(channel) / LEVEL);
      }
    }
    return largest;
  }
}
