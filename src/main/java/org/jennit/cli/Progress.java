package org.jennit.cli;

import java.io.PrintWriter;

/** Tells how far a command is. */
interface Progress extends AutoCloseable {
  /**
   * One more is done.
   *
   * @param line what came of it
   */
  void step(String line);

  @Override
  void close();

  /** A bar where a person watches several steps, else a line for each. */
  static Progress of(int total, PrintWriter out) {
    return Boolean.getBoolean("jennit.terminal") && total > 1
        ? new ProgressBar(total)
        : new ProgressLines(total, out);
  }
}
