package org.jennit.cli;

import java.util.List;
import org.jennit.explain.AttributorName;
import org.jennit.explain.AttributorSettings;
import picocli.CommandLine.Option;

/** Which attributor is used. */
final class AttributorOptions {
  @Option(
      names = {"-a", "--attributor"},
      paramLabel = "NAME",
      defaultValue = "gradient",
      description = {"${COMPLETION-CANDIDATES}", "(default: ${DEFAULT-VALUE})."})
  AttributorName attributor;

  @Option(
      names = "--layer",
      paramLabel = "PATH",
      split = ",",
      description =
          "Relevance at the output of this module too, such as features.3; may be given again."
              + " Of gradcam: the one module it looks at.")
  List<String> layers = List.of();

  @Option(
      names = "--n-iter",
      paramLabel = "N",
      description = "Steps of smoothgrad and integrated_gradients (default: 20).")
  Integer iterations;

  @Option(
      names = "--noise-level",
      paramLabel = "X",
      description = "Of smoothgrad, as a share of the input's range (default: 0.1).")
  Double noiseLevel;

  @Option(
      names = "--window",
      paramLabel = "N",
      split = ",",
      description = "Of occlusion: pixels of the window (default: 8).")
  List<Long> window;

  @Option(
      names = "--stride",
      paramLabel = "N",
      split = ",",
      description = "Of occlusion: pixels between two windows (default: 8).")
  List<Long> stride;

  AttributorSettings settings() {
    return new AttributorSettings(attributor, layers, iterations, noiseLevel, window, stride);
  }
}
