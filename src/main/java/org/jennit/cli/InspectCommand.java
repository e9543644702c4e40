package org.jennit.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jennit inspect}: a model's tree, and what would be done to it. */
@Command(
    name = "inspect",
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Show the modules of a model: types, shapes of outputs, parameters. Given a composite or",
      "canonizers, show what each canonizer would do, and which rule each module would get."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  jennit inspect resnet18 --composite epsilon_plus",
      "  jennit inspect traced.pt --crop 32"
    })
final class InspectCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "MODEL",
      completionCandidates = ModelNames.class,
      description = "An architecture, or digits, or an exported program or TorchScript file.")
  String model;

  @ArgGroup(validate = false, heading = "%nModel:%n")
  ModelOptions modelOptions = new ModelOptions();

  @ArgGroup(validate = false, heading = "%nRules:%n")
  RuleOptions rules = new RuleOptions();

  @ArgGroup(validate = false, heading = "%nInput:%n")
  PreprocessingOptions preprocessing = new PreprocessingOptions();

  @ArgGroup(validate = false, heading = "%nComputation:%n")
  ComputeOptions compute = new ComputeOptions();

  @Override
  public Integer call() throws IOException {
    new Inspection(this).run();
    return ExitCode.DONE;
  }
}
