package org.jennit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What all commands share. */
class MainTest {
  @Test
  void helpNamesCommandsAndExitCodes() {
    CommandRun run = CommandRun.of("--help");
    assertEquals(ExitCode.DONE, run.exitCode());
    for (String command :
        new String[] {"attribute", "inspect", "conserve", "palette", "demo", "bench"}) {
      assertTrue(run.out().contains("\n  " + command + " "), command);
    }
    assertTrue(run.out().contains("Exit codes:"));
    assertEquals("", run.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"attribute", "inspect", "conserve", "palette", "demo", "bench"})
  void everyCommandHasHelp(String command) {
    CommandRun run = CommandRun.of(command, "--help");
    assertEquals(ExitCode.DONE, run.exitCode());
    assertTrue(run.out().startsWith("Usage: jennit " + command), run.out());
    assertTrue(run.out().contains("--debug"));
    assertTrue(run.out().contains("Exit codes:"));
  }

  @Test
  void version() {
    CommandRun run = CommandRun.of("--version");
    assertEquals(ExitCode.DONE, run.exitCode());
    assertTrue(run.out().startsWith("jennit "), run.out());
  }

  @Test
  void completionIsAScriptThatKnowsTheOptions() {
    CommandRun run = CommandRun.of("generate-completion");
    assertEquals(ExitCode.DONE, run.exitCode());
    assertTrue(run.out().startsWith("#!/usr/bin/env bash"));
    assertTrue(run.out().contains("--relevance-norm"));
    assertTrue(run.out().contains("epsilon_gamma_box"));
  }

  @Test
  void aMissingCommandIsWrongUsage() {
    CommandRun run = CommandRun.of();
    assertEquals(ExitCode.USAGE, run.exitCode());
    assertEquals("jennit: a command is missing", run.error());
    assertTrue(run.err().contains("Try 'jennit --help'"));
  }

  @Test
  void aMisspeltCommandIsAnsweredWithASuggestion() {
    CommandRun run = CommandRun.of("atribute");
    assertEquals(ExitCode.USAGE, run.exitCode());
    assertTrue(run.err().contains("attribute"), run.err());
  }

  @Test
  void errorsAreOneSentenceAndTheStackIsThereOnRequest() {
    Path missing = Path.of("no", "such.safetensors");
    CommandRun plain = CommandRun.of("inspect", "digits", "-w", missing);
    assertEquals(ExitCode.FAILED, plain.exitCode());
    assertEquals(
        "jennit: " + missing + ": it does not exist: check the name and the folder",
        plain.err().strip());
    CommandRun debug = CommandRun.of("inspect", "digits", "-w", missing, "--debug");
    assertEquals(ExitCode.FAILED, debug.exitCode());
    assertTrue(debug.err().contains("\tat org.jennit."), debug.err());
  }

  @Test
  void theStackOfWrongUsageIsThereOnRequestToo() {
    assertFalse(CommandRun.of("palette", "--nothing").err().contains("\tat "));
    assertTrue(CommandRun.of("palette", "--nothing", "--debug").err().contains("\tat "));
  }
}
