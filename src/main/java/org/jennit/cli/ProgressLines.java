package org.jennit.cli;

import java.io.PrintWriter;

/** A line for each step, for files and pipes. */
final class ProgressLines implements Progress {
  private final int total;
  private final PrintWriter out;
  private int done;

  ProgressLines(int total, PrintWriter out) {
    this.total = total;
    this.out = out;
  }

  @Override
  public void step(String line) {
    done++;
    out.println(total > 1 ? "[" + done + "/" + total + "] " + line : line);
    out.flush();
  }

  @Override
  public void close() {}
}
