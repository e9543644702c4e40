package org.jennit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoAndBenchTest {
  @TempDir Path temporary;

  @Test
  void theDemosDigitsAreInputs() throws IOException {
    CommandRun demo = CommandRun.of("demo", "-o", temporary);
    assertEquals(ExitCode.DONE, demo.exitCode(), demo.err());
    String files = CommandRun.files(temporary);
    assertTrue(files.contains("input.png relevance.png rules/AlphaBeta.png"), files);
    assertTrue(files.endsWith("softplus.png"), files);
    Path digits = temporary.resolve("digits");
    Path output = temporary.resolve("out");
    CommandRun run = CommandRun.of("attribute", digits, "-m", "digits", "-o", output);
    assertEquals(ExitCode.DONE, run.exitCode(), run.err());
    // The network reads 97.6% of the test digits right; one of these ten may be among the others.
    long right =
        run.out().lines().filter(l -> l.matches("\\[.*\\] .*(\\d)\\.png: \\1 \\(.*")).count();
    assertTrue(right >= 9, run.out());
  }

  @Test
  void benchComparesWithTheGradient() {
    CommandRun run =
        CommandRun.of(
            "bench", "digits", "--repeat", "2", "--batch-size", "2", "-c", "epsilon_plus");
    assertEquals(ExitCode.DONE, run.exitCode(), run.err());
    assertTrue(run.out().startsWith("digits, input 2 x 1 x 28 x 28, float32, "), run.out());
    assertTrue(
        run.out().lines().anyMatch(l -> l.matches("gradient +[\\d.]+ +1\\.00 .*")), run.out());
    assertTrue(run.out().lines().anyMatch(l -> l.startsWith("epsilon_plus ")), run.out());
    // The activations of one digit: 12 x 28 x 28 and 24 x 14 x 14 floats are among them.
    double perSample =
        run.out()
            .lines()
            .filter(line -> line.startsWith("gradient "))
            .mapToDouble(line -> Double.parseDouble(line.replaceAll(".* ", "")))
            .findFirst()
            .orElseThrow();
    assertTrue(perSample > 0 && perSample < 1, run.out());
  }

  @Test
  void benchRefusesEmptyRounds() {
    CommandRun repeat = CommandRun.of("bench", "digits", "--repeat", "0");
    assertEquals(ExitCode.USAGE, repeat.exitCode());
    assertEquals("jennit: --repeat must be at least 1, but is 0", repeat.error());
    CommandRun batch = CommandRun.of("bench", "digits", "--batch-size", "0");
    assertEquals(ExitCode.USAGE, batch.exitCode());
    assertEquals("jennit: --batch-size must be at least 1, but is 0", batch.error());
  }
}
