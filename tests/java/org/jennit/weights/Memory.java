package org.jennit.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // JavaCPP would allow four times the heap.
    command.add("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0");
    command.addAll(List.of("-Xms96m", "-Xmx96m", "-cp", System.getProperty("java.class.path")));
    command.add(program.getName());
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile("jennit-memory", ".txt");
    Path errors = Files.createTempFile("jennit-memory", ".log");
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().put("OMP_NUM_THREADS", "1");
      builder.redirectOutput(output.toFile()).redirectError(errors.toFile());
      int status = builder.start().waitFor();
      if (status != 0) {
        throw new AssertionError(program + " ended by " + status + ": " + Files.readString(errors));
      }
      return Files.readAllLines(output);
    } finally {
      Files.delete(output);
      Files.delete(errors);
    }
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
