package org.jennit.bench.models;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** What this process keeps in memory, as Linux counts it. */
final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  // Writing 5 sets the high-water mark to what is resident now.
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");

  private ResidentMemory() {}

  /**
   * The bytes that {@code work} takes at its peak over what was there before; none if Linux does
   * not let us ask.
   */
  static OptionalLong peakOver(Runnable work) {
    try {
      Files.writeString(CLEAR, "5");
    } catch (IOException e) {
      return OptionalLong.empty();
    }
    long before = bytes("VmRSS:");
    work.run();
    return OptionalLong.of(bytes("VmHWM:") - before);
  }

  private static long bytes(String key) {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(key)) {
          return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
      throw new IllegalStateException(STATUS + " has no line " + key);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
