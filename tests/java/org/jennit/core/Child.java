package org.jennit.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Java process of its own, for what ends or fills one.
 *
 * @param status what it ended with
 * @param output its standard output
 * @param errors its standard error
 */
public record Child(int status, String output, String errors) {

  /**
   * Runs a main method in an empty folder, which must be empty afterwards: a crash leaves files.
   */
  public static Child run(List<String> options, Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(arguments));
    Path folder = Files.createTempDirectory("jennit-child");
    Path output = Files.createTempFile("jennit-child", ".txt");
    Path errors = Files.createTempFile("jennit-child", ".log");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile());
      // The threads of several processes would wait for each other.
      builder.environment().put("OMP_NUM_THREADS", "1");
      int status = builder.start().waitFor();
      Child child = new Child(status, Files.readString(output), Files.readString(errors));
      try (var left = Files.list(folder)) {
        List<Path> files = left.toList();
        for (Path file : files) {
          Files.delete(file);
        }
        assertEquals(List.of(), files, child::toString);
      }
      return child;
    } finally {
      Files.delete(folder);
      Files.delete(output);
      Files.delete(errors);
    }
  }

  /** As {@link #run}; its status must be 0. */
  public static Child runWell(List<String> options, Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    Child child = run(options, program, arguments);
    assertEquals(0, child.status, child::toString);
    return child;
  }
}
