package org.jennit.cli;

import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Where results go, and as what. */
final class OutputOptions {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      defaultValue = "heatmaps",
      description = "Where results go, under the names of the inputs (default: ${DEFAULT-VALUE}).")
  Path output;

  @Option(
      names = {"-f", "--format"},
      paramLabel = "FORMAT",
      description = {
        "png: heatmaps (default);",
        "npy, safetensors: the relevance itself, channels x height x width;",
        "of texts, which are printed: tokens, coloured in a terminal (default);",
        "json: an object on a line for each result."
      })
  Format format;

  @Option(
      names = "--resume",
      description = "Skip inputs whose results are there, made with the same settings.")
  boolean resume;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "1",
      description = "Images that are attributed at once (default: ${DEFAULT-VALUE}).")
  int batchSize;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = {
        "Batches that are attributed side by side, each with its share of the threads",
        "(default: one for each thread, at most 4; 1 on a GPU and with --report)."
      })
  Integer workers;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description =
          "Write a page (HTML) with inputs, heatmaps, predictions, settings and conservation, too.")
  Path report;

  @Option(
      names = "--no-conservation",
      description = "Leave conservation out of the report: for large models it takes longest.")
  boolean noConservation;

  /** The kinds of files. */
  enum Format {
    png,
    npy,
    safetensors,
    tokens,
    json;

    boolean isOfTexts() {
      return this == tokens || this == json;
    }
  }

  /** Sets the default, and refuses what the results cannot be. */
  void settle(boolean texts, CommandSpec spec) {
    if (format == null) {
      format = texts ? Format.tokens : Format.png;
    }
    if (format.isOfTexts() != texts) {
      throw Usage.wrong(
          spec, "--format: " + format + " is for " + (texts ? "images, not for texts" : "texts"));
    }
  }
}
