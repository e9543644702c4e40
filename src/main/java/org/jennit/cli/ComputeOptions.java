package org.jennit.cli;

import picocli.CommandLine.Option;

/** Where and how is computed. */
final class ComputeOptions {
  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      description = "cpu, cuda or cuda:N (default: ${DEFAULT-VALUE}).")
  String device;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      defaultValue = "float32",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  Precision dtype;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of the arithmetic (default: one for each core).")
  Integer threads;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Of random weights and of SmoothGrad's noise (default: ${DEFAULT-VALUE}).")
  long seed;

  /** The dtypes there are, as torch calls them. */
  enum Precision {
    float32,
    float64
  }
}
