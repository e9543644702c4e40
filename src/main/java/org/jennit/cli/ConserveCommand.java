package org.jennit.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jennit.explain.RuleSettings;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code jennit conserve}: where relevance stays on its way. */
@Command(
    name = "conserve",
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Account for relevance, module by module: what comes in, what leaves, and what bias and",
      "stabilizer took."
    },
    footerHeading = "%nExample:%n",
    footer = "  jennit conserve digit.png --model digits --composite epsilon_plus")
final class ConserveCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin InputOptions inputs;
  @Mixin TargetOption target;

  @Option(
      names = {"-m", "--model"},
      required = true,
      paramLabel = "MODEL",
      completionCandidates = ModelNames.class,
      description = "An architecture, or digits, or an exported program or TorchScript file.")
  String model;

  @ArgGroup(validate = false, heading = "%nModel:%n")
  ModelOptions modelOptions = new ModelOptions();

  @ArgGroup(validate = false, heading = "%nRules:%n")
  RuleOptions rules = new RuleOptions();

  @ArgGroup(validate = false, heading = "%nFrom image to input:%n")
  PreprocessingOptions preprocessing = new PreprocessingOptions();

  @ArgGroup(validate = false, heading = "%nComputation:%n")
  ComputeOptions compute = new ComputeOptions();

  @Override
  public Integer call() throws IOException {
    if (RuleSettings.NONE.equals(rules.composite)) {
      throw Usage.wrong(spec, "--composite: without rules there is nothing to account for");
    }
    List<InputFile> files =
        Usage.of(spec, "INPUT", () -> InputFile.collect(inputs.inputs, Path.of("")));
    return new ConserveRun(this, files).run();
  }
}
