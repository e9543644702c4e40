package org.jennit.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code jennit demo}: explains digits with the network that comes along. */
@Command(
    name = "demo",
    description = {
      "Explain handwritten digits with a small network that comes along, and write the pictures;",
      "also ten digits to try the other commands on."
    })
final class DemoCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      defaultValue = "demo",
      description = "Where the pictures go (default: ${DEFAULT-VALUE}).")
  Path output;

  @Override
  public Integer call() {
    DemoRun.run(output, spec.commandLine().getOut());
    return ExitCode.DONE;
  }
}
