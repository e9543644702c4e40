package org.jennit.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jennit.process.ChildJvm;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ctrl-C, while a process explains a folder of images. */
class InterruptionSignalTest {
  private static final int IMAGES = 24;
  private static final int STOPPED = 130;
  private static final long PATIENCE_SECONDS = 60;

  @TempDir Path temporary;
  private Path output;

  @BeforeEach
  void inputs() throws IOException {
    output = temporary.resolve("output");
    for (int i = 0; i < IMAGES; i++) {
      CommandRun.digit(temporary.resolve("digits/%02d.png".formatted(i)), i % 12);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "npy"})
  void whatIsFinishedIsWholeAndTheRestIsDoneByResume(String format)
      throws IOException, InterruptedException {
    Path undisturbed = temporary.resolve("undisturbed");
    jennit().run(command(undisturbed, "-f", format)).succeeded();
    int exit = stop(() -> isThere("00." + format), command(output, "-f", format));

    assertEquals(STOPPED, exit);
    List<String> finished = files(output);
    assertTrue(finished.size() <= IMAGES, finished.toString());
    assertSame(undisturbed, output, finished);
    String resumed = jennit().run(command(output, "-f", format, "--resume")).succeeded().out();
    int there = finished.size() - 1; // settings.txt is no result
    assertTrue(resumed.contains(IMAGES - there + " of " + IMAGES + " images explained"), resumed);
    assertTrue(resumed.endsWith(", " + there + " were there\n"), resumed);
    assertEquals(files(undisturbed), files(output));
    assertSame(undisturbed, output, files(output));
  }

  @Test
  void aReportIsNotBegunAfterwards() throws IOException, InterruptedException {
    Path report = temporary.resolve("report");
    String page = report.resolve("report.html").toString();
    int exit = stop(() -> isThere("00.png"), command(output, "--report", page));
    assertEquals(STOPPED, exit);
    assertFalse(Files.exists(report));
  }

  @Test
  void aReportThatIsBegunBecomesWhole() throws IOException, InterruptedException {
    Path report = temporary.resolve("report");
    String page = report.resolve("report.html").toString();
    // The folder is made when the page is begun.
    stop(() -> Files.exists(report), command(output, "--n-iter", "1", "--report", page));
    assertEquals(List.of("report.html"), files(report));
    assertTrue(Files.readString(Path.of(page)).endsWith("</html>\n"));
  }

  private boolean isThere(String name) {
    return Files.exists(output.resolve(name));
  }

  /** A shell that runs in the background hands on that Ctrl-C is ignored. */
  private static ChildJvm jennit() {
    return ChildJvm.of(Main.class).under("env", "--default-signal=INT");
  }

  /** Many steps for each image, so that there is time to stop. */
  private String[] command(Path folder, String... more) {
    List<String> command = new ArrayList<>(List.of("attribute", temporary + "/digits"));
    command.addAll(List.of("-m", "digits", "-o", folder.toString(), "-a", "integrated_gradients"));
    command.addAll(List.of("--threads", "2", "--workers", "2"));
    command.addAll(List.of(more));
    if (!command.contains("--n-iter")) {
      command.addAll(List.of("--n-iter", "150"));
    }
    return command.toArray(String[]::new);
  }

  /** The exit code of a run that is told to stop as soon as something is true. */
  private int stop(BooleanSupplier when, String... command)
      throws IOException, InterruptedException {
    Path err = temporary.resolve("err");
    Process process = jennit().start(temporary.resolve("out"), err, command);
    try {
      while (process.isAlive() && !when.getAsBoolean()) {
        Thread.sleep(1);
      }
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
      assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "still runs");
      assertFalse(Files.readString(err).contains("jennit:"), Files.readString(err));
      return process.exitValue();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static List<String> files(Path folder) throws IOException {
    return List.of(CommandRun.files(folder).split(" ", -1));
  }

  /** Equal bytes are whole files. */
  private static void assertSame(Path expected, Path actual, List<String> names)
      throws IOException {
    for (String name : names) {
      assertTrue(Files.exists(expected.resolve(name)), name + " is no result");
      assertArrayEquals(
          Files.readAllBytes(expected.resolve(name)),
          Files.readAllBytes(actual.resolve(name)),
          name);
    }
  }
}
