package org.jennit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConserveCommandTest {
  @TempDir Path temporary;

  @Test
  void aTableForEachTarget() throws IOException {
    Path digit = CommandRun.digit(temporary.resolve("digit.png"), 0);
    CommandRun run = CommandRun.of("conserve", digit, "-m", "digits", "-t", "1", "-t", "7");
    assertEquals(ExitCode.DONE, run.exitCode(), run.err());
    assertTrue(run.out().contains(digit + ": 1\n"), run.out());
    assertTrue(run.out().contains(digit + ": 7\n"), run.out());
    assertTrue(run.out().contains("features.0"), run.out());
    assertEquals(2, run.out().lines().filter(line -> line.startsWith("(model)")).count());
  }

  @Test
  void unreadableInputsDoNotStopTheOthers() throws IOException {
    Path digit = CommandRun.digit(temporary.resolve("digit.png"), 0);
    Path missing = temporary.resolve("missing.png");
    CommandRun run = CommandRun.of("conserve", missing, digit, "-m", "digits");
    assertEquals(ExitCode.UNREADABLE_INPUTS, run.exitCode());
    assertEquals("jennit: 1 of 2 inputs could not be read:", run.error());
    assertTrue(run.out().contains("(model)"), run.out());
  }

  @Test
  void withoutRulesThereIsNothingToAccountFor() throws IOException {
    Path digit = CommandRun.digit(temporary.resolve("digit.png"), 0);
    CommandRun run = CommandRun.of("conserve", digit, "-m", "digits", "-c", "none");
    assertEquals(ExitCode.USAGE, run.exitCode());
    assertTrue(run.error().startsWith("jennit: --composite: without rules"), run.err());
  }
}
