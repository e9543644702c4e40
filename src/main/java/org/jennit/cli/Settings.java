package org.jennit.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jennit.internal.AtomicFile;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The settings of a run that its results depend on, by the names of their options. */
final class Settings {
  private static final String FILE = "settings.txt";
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "--output",
          "--resume",
          "--report",
          "--master",
          "--images-per-task",
          "--no-conservation",
          "--debug",
          "--help",
          "--version");

  private Settings() {}

  /** What was given or is the default; options that have neither are left out. */
  static Map<String, String> of(CommandSpec spec) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("jennit", Version.jennit());
    for (OptionSpec option : spec.options()) {
      String text = text(option.getValue());
      if (!WITHOUT_EFFECT.contains(option.longestName()) && !text.isEmpty()) {
        settings.put(option.longestName().substring(2), text);
      }
    }
    return settings;
  }

  private static String text(Object value) {
    if (value == null || value.equals(false)) {
      return "";
    }
    return value instanceof Collection<?> all
        ? all.stream().map(Object::toString).collect(Collectors.joining(","))
        : value.toString();
  }

  /** Writes them beside the results. */
  static void write(Path folder, Map<String, String> settings) throws IOException {
    AtomicFile.write(folder.resolve(FILE), part -> Files.write(part, lines(settings)));
  }

  /**
   * Checks that the results in a folder, if there are any, were made with these settings.
   *
   * @throws IllegalArgumentException naming one that differs
   */
  static void requireEqual(Path folder, Map<String, String> settings) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return;
    }
    requireEqual(folder.toString(), Files.readAllLines(file), settings);
  }

  /**
   * As above.
   *
   * @param before the lines of the settings of the results that are there
   */
  static void requireEqual(String folder, List<String> before, Map<String, String> settings) {
    List<String> now = lines(settings);
    if (!before.equals(now)) {
      List<String> different = new ArrayList<>(now);
      different.removeAll(before);
      List<String> gone = new ArrayList<>(before);
      gone.removeAll(now);
      throw new IllegalArgumentException(
          "the results in %s were made with other settings (there: %s; now: %s)"
              .formatted(folder, listed(gone), listed(different)));
    }
  }

  private static String listed(List<String> lines) {
    return lines.isEmpty() ? "nothing else" : String.join(", ", lines);
  }

  static List<String> lines(Map<String, String> settings) {
    return settings.entrySet().stream().map(e -> e.getKey() + " = " + e.getValue()).toList();
  }
}
