package org.jennit.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jennit bench}: what composites cost. */
@Command(
    name = "bench",
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Time the composites on a model, beside its forward and its gradient. A quick look, with",
      "random weights and a random input; not a measurement to publish."
    },
    footerHeading = "%nExample:%n",
    footer = "  jennit bench vgg16 --batch-size 4 --threads 2")
final class BenchCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "MODEL",
      completionCandidates = ModelNames.class,
      description = "An architecture, or digits, or an exported program or TorchScript file.")
  String model;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "1",
      description = "Samples of the input (default: ${DEFAULT-VALUE}).")
  int batchSize;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      defaultValue = "5",
      description = "Timed rounds after one that is not (default: ${DEFAULT-VALUE}).")
  int repeat;

  @ArgGroup(validate = false, heading = "%nModel:%n")
  ModelOptions modelOptions = new ModelOptions();

  @ArgGroup(validate = false, heading = "%nRules (of one composite; default: all):%n")
  RuleOptions rules = new RuleOptions();

  @ArgGroup(validate = false, heading = "%nInput:%n")
  PreprocessingOptions preprocessing = new PreprocessingOptions();

  @ArgGroup(validate = false, heading = "%nComputation:%n")
  ComputeOptions compute = new ComputeOptions();

  @Override
  public Integer call() throws IOException {
    if (batchSize < 1) {
      throw Usage.wrong(spec, "--batch-size must be at least 1, but is " + batchSize);
    }
    if (repeat < 1) {
      throw Usage.wrong(spec, "--repeat must be at least 1, but is " + repeat);
    }
    new BenchRun(this).run();
    return ExitCode.DONE;
  }
}
