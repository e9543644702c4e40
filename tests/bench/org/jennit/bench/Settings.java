package org.jennit.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a run measures, from system properties.
 *
 * @param size how much
 * @param threads of LibTorch within one operation
 * @param directory where results and logs go
 * @param script times the Python libraries
 * @param python an interpreter that has PyTorch, to run the script with
 * @param sections the only parts of the plan to run; empty for those of the size
 * @param repetitions that count; as many as go with the size where none are given
 */
record Settings(
    Size size,
    int threads,
    Path directory,
    Path script,
    Optional<String> python,
    Set<String> sections,
    int repetitions) {
  static final String THREADS = "bench.threads";

  /** How much is measured. */
  enum Size {
    /** One small image and one repetition: whether everything runs. Its numbers mean nothing. */
    SMOKE("smoke", 1),
    /** The table of ratios, in minutes. */
    SHORT("short", 3),
    /** Everything, in hours. */
    FULL("full", 10);

    /** The value of the property {@code bench}. */
    final String label;

    private final int repetitions;

    Size(String label, int repetitions) {
      this.label = label;
      this.repetitions = repetitions;
    }

    static Size of(String label) {
      for (Size size : values()) {
        if (size.label.equals(label.toLowerCase(Locale.ROOT))) {
          return size;
        }
      }
      throw new IllegalArgumentException(
          "-Dbench=" + label + " is unknown: choose smoke, short or full");
    }
  }

  static Settings fromProperties() {
    Size size = Size.of(System.getProperty("bench", Size.SHORT.label));
    String repetitions = System.getProperty("bench.repetitions", "");
    return new Settings(
        size,
        Integer.getInteger(THREADS, 2),
        Path.of(System.getProperty("bench.directory", "target/bench")),
        Path.of(System.getProperty("bench.script", "tests/bench/peers.py")),
        Optional.of(System.getProperty("bench.python", "")).filter(path -> !path.isEmpty()),
        Arrays.stream(System.getProperty("bench.sections", "").split(",", -1))
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toCollection(LinkedHashSet::new)),
        repetitions.isEmpty() ? size.repetitions : Integer.parseInt(repetitions));
  }

  /** The models of the table. */
  static List<String> models() {
    return List.of("vgg16", "resnet50");
  }

  int images() {
    return size == Size.SMOKE ? 2 : 4;
  }

  int resolution() {
    return size == Size.SMOKE ? 32 : 224;
  }

  int warmups() {
    return size == Size.FULL ? 2 : 1;
  }
}
