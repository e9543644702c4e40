package org.jennit.cli;

import org.jennit.core.Threads;
import org.jennit.explain.Compute;
import org.jennit.explain.ComputeSettings;
import org.jennit.explain.ComputeSettings.Precision;
import picocli.CommandLine.Model.CommandSpec;
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

  /** Checks them, loads native code, and sets the number of threads. */
  Compute start(CommandSpec spec) {
    if (threads != null && threads < 1) {
      throw Usage.wrong(spec, "--threads must be at least 1, but is " + threads);
    }
    Compute compute = Compute.of(new ComputeSettings(device, dtype, seed));
    if (threads != null) {
      Threads.set_num_threads(threads);
    }
    return compute;
  }
}
