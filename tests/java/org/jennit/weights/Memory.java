package org.jennit.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jennit.process.ChildJvm;

/**
 * Measures programs in a Java process of their own, whose heap is small and of fixed size: what
 * grows there is native memory.
 */
public final class Memory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private Memory() {}

  /** The lines that a class's main method prints. */
  public static List<String> run(Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    // JavaCPP would allow four times the heap.
    return ChildJvm.of(program)
        .options("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0", "-Xms96m", "-Xmx96m")
        .environment("OMP_NUM_THREADS", "1")
        .run(arguments)
        .succeeded()
        .out()
        .lines()
        .toList();
  }

  /** The process's own memory in bytes, without the pages of files that are mapped. */
  public static long own() throws IOException {
    return status("RssAnon");
  }

  /** The most memory in bytes that the process ever had, files included. */
  public static long peak() throws IOException {
    return status("VmHWM");
  }

  private static long status(String name) throws IOException {
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith(name + ":")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new AssertionError("no " + name + " in " + STATUS);
  }
}
