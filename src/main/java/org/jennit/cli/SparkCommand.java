package org.jennit.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code jennit spark}: what runs on Apache Spark. */
@Command(
    name = "spark",
    description = "Work on a cluster of Apache Spark, or as one would on this machine.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = SparkAttributeCommand.class)
final class SparkCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
