package org.jennit.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jennit.core.Threads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches that are attributed side by side. */
class AttributeWorkersTest {
  private static final int DIGITS = 9;

  @TempDir Path temporary;
  private Path digits;
  private int threads;

  @BeforeEach
  void inputs() throws IOException {
    threads = Threads.get_num_threads();
    digits = temporary.resolve("digits");
    for (int i = 0; i < DIGITS; i++) {
      CommandRun.digit(digits.resolve(i + ".png"), i);
    }
    Files.writeString(digits.resolve("4b.png"), "no picture");
  }

  @AfterEach
  void putThreadsBack() {
    Threads.set_num_threads(threads);
  }

  private CommandRun attribute(String output, Object... more) {
    Object[] command = new Object[7 + more.length];
    Object[] first = {
      "attribute", digits, "-m", "digits", "-o", temporary.resolve(output), "-ttop-2"
    };
    System.arraycopy(first, 0, command, 0, first.length);
    System.arraycopy(more, 0, command, first.length, more.length);
    return CommandRun.of(command);
  }

  @Test
  void theyGiveTheBytesAndTheLinesOfOneThatHasAsManyThreadsAsEach() throws IOException {
    CommandRun one = attribute("one", "--threads", "1");
    CommandRun three = attribute("three", "--threads", "3", "--workers", "3");
    assertEquals(3, Threads.get_num_threads());
    assertEquals(ExitCode.UNREADABLE_INPUTS, one.exitCode(), one.err());
    assertEquals(ExitCode.UNREADABLE_INPUTS, three.exitCode(), three.err());
    String inTheOther = temporary.resolve("one").toString();
    assertEquals(one.out(), three.out().replace(temporary.resolve("three").toString(), inTheOther));
    assertEquals(one.err(), three.err());
    String files = CommandRun.files(temporary.resolve("one"));
    assertEquals(files, CommandRun.files(temporary.resolve("three")));
    for (String file : files.split(" ", -1)) {
      if (file.endsWith(".png")) {
        assertArrayEquals(
            Files.readAllBytes(temporary.resolve("one").resolve(file)),
            Files.readAllBytes(temporary.resolve("three").resolve(file)),
            file);
      }
    }
  }

  @Test
  void whatIsThereIsSaidInItsPlace() throws IOException {
    String[] options = {"--threads", "2", "--workers", "2", "--resume"};
    CommandRun first = attribute("out", (Object[]) options);
    assertEquals(ExitCode.UNREADABLE_INPUTS, first.exitCode(), first.err());
    Files.delete(temporary.resolve("out").resolve("3.top1.png"));
    CommandRun second = attribute("out", (Object[]) options);
    String place = digits.resolve("3.png").toString();
    assertEquals(
        first.out().lines().filter(line -> line.contains(place)).toList(),
        second.out().lines().filter(line -> line.contains(place)).toList());
    assertEquals(
        DIGITS - 1, second.out().lines().filter(line -> line.endsWith(": is there")).count());
  }
}
