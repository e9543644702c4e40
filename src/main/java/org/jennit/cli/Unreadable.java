package org.jennit.cli;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** Inputs that could not be read, which do not stop the others. */
final class Unreadable {
  private Unreadable() {}

  /**
   * Lists them at the end.
   *
   * @param reasons one for each
   * @param total how many inputs there were
   * @return the exit code
   */
  static int report(List<String> reasons, int total, CommandSpec spec) {
    if (reasons.isEmpty()) {
      return ExitCode.DONE;
    }
    PrintWriter err = spec.commandLine().getErr();
    err.println("jennit: " + reasons.size() + " of " + total + " inputs could not be read:");
    reasons.forEach(reason -> err.println("  " + reason));
    err.flush();
    return ExitCode.UNREADABLE_INPUTS;
  }
}
