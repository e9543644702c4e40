package org.jennit.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Benchmarks that are run together.
 *
 * @param name of the results and the log
 * @param benchmark the class
 * @param params every combination of these values is run, each in a JVM of its own
 * @param warmups repetitions that do not count
 * @param repetitions repetitions that count
 */
record Section(
    String name,
    Class<?> benchmark,
    Map<String, List<String>> params,
    int warmups,
    int repetitions) {
  // For benchmarks of mean times; single shots take what they take.
  private static final TimeValue REPETITION = TimeValue.milliseconds(500);

  /**
   * @throws IllegalStateException where a benchmark failed, naming its log
   */
  List<Measurement> run(Settings settings) throws IOException {
    Path log = Files.createDirectories(settings.directory().resolve("jmh")).resolve(name + ".log");
    Path raw = log.resolveSibling(name + ".json");
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + benchmark.getName() + "\\.")
            .forks(1)
            .warmupIterations(warmups)
            .warmupTime(REPETITION)
            .measurementIterations(repetitions)
            .measurementTime(REPETITION)
            .timeUnit(TimeUnit.SECONDS)
            // What Java left to its collector is native memory too.
            .shouldDoGC(true)
            .shouldFailOnError(true)
            .resultFormat(ResultFormatType.JSON)
            .result(raw.toString())
            .output(log.toString())
            .jvmArgs(jvmArguments(settings));
    params.forEach((name, values) -> options.param(name, values.toArray(String[]::new)));
    try {
      Collection<RunResult> results = new Runner(options.build()).run();
      return results.stream().map(result -> Measurement.of(name, result)).toList();
    } catch (RunnerException e) {
      throw new IllegalStateException("benchmark " + name + " failed: see " + log, e);
    }
  }

  private static String[] jvmArguments(Settings settings) {
    return new String[] {
      // A heap that is there from the start does not blur what native code takes.
      "-Xms512m",
      "-Xmx512m",
      "-XX:+AlwaysPreTouch",
      "-XX:+UseSerialGC",
      "-Djava.awt.headless=true",
      "-Dorg.bytedeco.javacpp.maxBytes=0",
      "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
      "-D" + Settings.THREADS + "=" + settings.threads()
    };
  }
}
