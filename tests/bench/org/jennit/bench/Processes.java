package org.jennit.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;

/** Other programs, whose output goes to a file. */
final class Processes {
  private Processes() {}

  /**
   * @throws IllegalStateException where the program fails, naming its log
   */
  static void run(ProcessBuilder builder, Path log) throws IOException {
    Process process =
        builder.redirectErrorStream(true).redirectOutput(new File(log.toString())).start();
    try {
      if (process.waitFor() != 0) {
        throw new IllegalStateException(builder.command().get(0) + " failed: see " + log);
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
