package org.jennit.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A program in a Java process of its own, with the classes of this one: for what is chosen once for
 * a process, for limits, and for what might end it.
 */
public final class ChildJvm {
  /** What a process left. */
  public record Result(int exit, String out, String err) {
    /**
     * This, where it ended well.
     *
     * @throws AssertionError where the process did not end well; it holds what was printed
     */
    public Result succeeded() {
      if (exit != 0) {
        throw new AssertionError("the process ended by " + exit + ": " + out + err);
      }
      return this;
    }

    /** What was written to the error stream, but for what newer JVMs say of native access. */
    public List<String> errors() {
      return err.lines().filter(line -> !line.startsWith("WARNING: ")).toList();
    }
  }

  private final String program;
  private final List<String> before = new ArrayList<>();
  private final List<String> options = new ArrayList<>();
  private final Map<String, String> environment = new HashMap<>();
  private String classPath = System.getProperty("java.class.path");
  private long seconds = 600;

  private ChildJvm(String program) {
    this.program = program;
  }

  public static ChildJvm of(Class<?> program) {
    return new ChildJvm(program.getName());
  }

  /** Arguments of the JVM itself. */
  public ChildJvm options(String... options) {
    this.options.addAll(List.of(options));
    return this;
  }

  /** A command that runs the rest of its arguments, in front of the JVM. */
  public ChildJvm under(String... command) {
    before.addAll(List.of(command));
    return this;
  }

  public ChildJvm environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Only the folders and jars of the class path that {@code keep} is true of. */
  public ChildJvm classPath(Predicate<String> keep) {
    classPath = Arrays.stream(classPath.split(":")).filter(keep).collect(Collectors.joining(":"));
    return this;
  }

  /** How long the process may take, instead of ten minutes. */
  public ChildJvm within(long seconds) {
    this.seconds = seconds;
    return this;
  }

  /**
   * Starts it, for those who end it.
   *
   * @param out gets what it prints
   * @param err gets its errors
   */
  public Process start(Path out, Path err, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, program));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Runs it to its end. */
  public Result run(String... arguments) throws IOException, InterruptedException {
    Path out = Files.createTempFile("jennit-child", ".out");
    Path err = Files.createTempFile("jennit-child", ".err");
    try {
      Process process = start(out, err, arguments);
      process.getOutputStream().close();
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }
}
