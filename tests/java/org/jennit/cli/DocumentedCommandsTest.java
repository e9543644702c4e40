package org.jennit.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The command line understands every command of the documentation. */
class DocumentedCommandsTest {
  private static final Path PAGES = Path.of("src/site/markdown");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  @TestFactory
  List<DynamicTest> commands() throws IOException {
    List<DynamicTest> tests;
    try (Stream<Path> files = Files.list(PAGES)) {
      tests =
          files
              .filter(file -> file.toString().endsWith(".md"))
              .sorted()
              .flatMap(file -> lines(file).stream())
              .filter(line -> line.startsWith("jennit "))
              .map(line -> dynamicTest(line, () -> Main.commandLine().parseArgs(words(line))))
              .toList();
    }
    assertTrue(tests.size() > 10, "the pages hold too few commands: " + tests.size());
    return tests;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As a shell splits them, less the first. */
  private static String[] words(String line) {
    return WORD.matcher(line)
        .results()
        .skip(1)
        .map((MatchResult word) -> word.group(1) != null ? word.group(1) : word.group(2))
        .toArray(String[]::new);
  }
}
