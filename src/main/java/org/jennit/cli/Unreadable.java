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
  static int report(List<String> reasons, long total, CommandSpec spec) {
    return report(reasons, reasons.size(), total, spec);
  }

  /** As above, where {@code reasons} are the first of {@code count}. */
  static int report(List<String> reasons, long count, long total, CommandSpec spec) {
    if (count == 0) {
      return ExitCode.DONE;
    }
    PrintWriter err = spec.commandLine().getErr();
    err.println("jennit: " + count + " of " + total + " inputs could not be read:");
    reasons.forEach(reason -> err.println("  " + reason));
    if (count > reasons.size()) {
      err.println("  and " + (count - reasons.size()) + " more");
    }
    err.flush();
    return ExitCode.UNREADABLE_INPUTS;
  }
}
