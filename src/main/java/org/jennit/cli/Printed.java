package org.jennit.cli;

import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExecutionStrategy;

/** Whether what a command prints has arrived: a PrintWriter does not say so of its own. */
final class Printed {
  private Printed() {}

  /**
   * Hands on all that was printed.
   *
   * @throws IOException where some of it was lost
   */
  static void require(PrintWriter out) throws IOException {
    // The command's writer writes to the standard output, which keeps its failures to itself.
    boolean lost = out.checkError();
    if (System.out.checkError() || lost) {
      throw new IOException(
          "cannot write to the standard output: the disk is full, or the reader has gone");
    }
  }

  /** Runs a command, and fails where some of what it printed was lost. */
  static IExecutionStrategy after(IExecutionStrategy strategy) {
    return parsed -> {
      int exitCode = strategy.execute(parsed);
      var command = parsed.commandSpec().commandLine();
      try {
        require(command.getOut());
      } catch (IOException e) {
        throw new ExecutionException(command, e.getMessage(), e);
      }
      return exitCode;
    };
  }
}
