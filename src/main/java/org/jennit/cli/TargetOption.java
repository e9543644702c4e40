package org.jennit.cli;

import java.util.List;
import picocli.CommandLine.Option;

/** Which of the model's outputs are explained. */
final class TargetOption {
  @Option(
      names = {"-t", "--target"},
      paramLabel = "TARGET",
      description =
          "max, what the model sees in each image (default); top-K, the K largest outputs; all;"
              + " or an index or the name of a class, which may be given again.")
  List<String> targets = List.of("max");
}
