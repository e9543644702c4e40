package org.jennit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.demo.Digits;
import org.jennit.image.Image;
import org.jennit.process.ChildJvm;
import org.jennit.report.PictureEntry;
import org.jennit.report.Report;
import org.jennit.weights.SafeTensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that is full is named with the file, of every format, and leaves no half file. */
class FullDiskTest {
  private static final int SIZE = 256;
  private static final List<String> NAMES =
      List.of("a.safetensors", "a.npy", "a.png", "a.html", "settings.txt");

  @TempDir private Path folder;

  /** Writes a file of more than 64 KiB of the format that its name ends by. */
  private static void write(Path folder, String name) throws IOException {
    Path file = folder.resolve(name);
    try (PointerScope scope = new PointerScope()) {
      Tensor noise = torch.rand(3, SIZE, SIZE);
      switch (name) {
        case "a.safetensors" -> SafeTensors.write(file, Map.of("noise", noise), Map.of());
        case "a.npy" -> NpyWriter.write(noise, file);
        case "a.png" -> Image.imgify(noise).save(file);
        case "a.html" -> report(noise).write(file);
        case "digits" -> Digits.load().close();
        default -> Settings.write(folder, Map.of("long", "x".repeat(1 << 17)));
      }
    }
  }

  private static Report report(Tensor noise) {
    float[][] rows = new float[SIZE][SIZE];
    for (int i = 0; i < SIZE; i++) {
      Arrays.fill(rows[i], i);
    }
    var picture = Image.imgify(noise).toBufferedImage();
    return new Report("Noise", Map.of())
        .add(new PictureEntry("noise", picture, rows, List.of(), null));
  }

  /** Prints what each attempt to write says. */
  static final class Attempts {
    public static void main(String... arguments) {
      for (String name : NAMES) {
        attempt(Path.of(arguments[0]), name);
      }
      attempt(Path.of(arguments[0]), "digits");
    }

    private static void attempt(Path folder, String name) {
      System.out.println(
          message(
              () -> {
                write(folder, name);
                return null;
              }));
    }

    private static String message(Callable<Void> attempt) {
      try {
        attempt.call();
        return "written";
      } catch (Exception e) {
        return ErrorReporter.describe(e);
      }
    }
  }

  /** The system refuses files above 64 KiB, as it does when a disk is full. */
  @Test
  void everyFormatNamesItsFileAndLeavesNone() throws Exception {
    Files.writeString(folder.resolve("a.npy"), "an earlier one");
    ChildJvm.Result child =
        ChildJvm.of(Attempts.class)
            .under("sh", "-c", "ulimit -f 128; exec \"$@\"", "sh")
            // A file of the JVM's own, which would be too large.
            .options("-XX:-UsePerfData", "-Djava.io.tmpdir=" + folder)
            .run(folder.toString());
    assertEquals(0, child.exit());
    List<String> messages = child.out().lines().toList();
    assertEquals(
        NAMES.stream()
            .map(name -> "cannot write " + folder.resolve(name) + ": File too large")
            .toList(),
        messages.subList(0, NAMES.size()));
    // A copy of what the library brings along, which it maps.
    assertTrue(
        messages
            .get(NAMES.size())
            .matches("cannot write " + folder + "/jennit\\d+\\.safetensors: File too large"),
        child.out());
    assertEquals("a.npy", CommandRun.files(folder));
    assertEquals("an earlier one", Files.readString(folder.resolve("a.npy")));
  }

  @Test
  void devicesAreWrittenToThemselves() {
    Path full = Path.of("/dev/full");
    try (PointerScope scope = new PointerScope()) {
      Tensor noise = torch.rand(3, 4, 4);
      String message = "cannot write /dev/full: No space left on device";
      assertEquals(
          message,
          assertThrows(
                  IOException.class, () -> SafeTensors.write(full, Map.of("a", noise), Map.of()))
              .getMessage());
      assertEquals(
          message,
          assertThrows(IOException.class, () -> NpyWriter.write(noise, full)).getMessage());
      assertEquals(
          message,
          assertThrows(UncheckedIOException.class, () -> Image.imgify(noise).save(full))
              .getMessage());
      assertEquals(
          message,
          assertThrows(UncheckedIOException.class, () -> report(noise).write(full)).getMessage());
      assertEquals("jennit: " + message, CommandRun.of("palette", "hot", "-o", full).error());
    }
    assertTrue(Files.exists(full));
    assertFalse(Files.isRegularFile(full));
  }

  /** Prints to the standard output, as the command does. */
  static final class Command {
    public static void main(String... arguments) {
      Main.main(arguments);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "palette",
        "--help",
        "generate-completion",
        "attribute -m SENTIMENT --tokenizer WORDPIECE --text good",
        "attribute -m SENTIMENT --tokenizer WORDPIECE --text good --text dull -f json"
      })
  void whatCannotBePrintedIsAnError(String command) throws Exception {
    String[] arguments =
        command
            .replace("SENTIMENT", TextFiles.SENTIMENT.toString())
            .replace("WORDPIECE", TextFiles.WORDPIECE.toString())
            .split(" ", -1);
    ChildJvm.Result child =
        ChildJvm.of(Command.class)
            .under("sh", "-c", "exec \"$@\" > /dev/full", "sh")
            .run(arguments);
    assertEquals(ExitCode.FAILED, child.exit(), child.err());
    assertEquals(
        List.of(
            "jennit: cannot write to the standard output: the disk is full, or the reader has gone"),
        child.errors());
  }

  /** A disk that is full, which counts how often it is tried. */
  private static final class Full extends Writer {
    private int attempts;

    @Override
    public void write(char[] text, int from, int count) throws IOException {
      attempts++;
      throw new IOException("No space left on device");
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Test
  void whatCannotBePrintedIsNotComputedEither() throws IOException {
    Path texts = Files.writeString(folder.resolve("texts.txt"), "good\n".repeat(20));
    Full full = new Full();
    StringWriter errors = new StringWriter();
    int exitCode =
        Main.commandLine()
            .setOut(new PrintWriter(full))
            .setErr(new PrintWriter(errors, true))
            .execute(
                "attribute",
                "-m",
                TextFiles.SENTIMENT.toString(),
                "--tokenizer",
                TextFiles.WORDPIECE.toString(),
                "--text-file",
                texts.toString(),
                "-f",
                "json");
    assertEquals(ExitCode.FAILED, exitCode);
    assertTrue(errors.toString().startsWith("jennit: cannot write to the standard output"));
    // The object and the end of its line.
    assertTrue(full.attempts <= 2, full.attempts + " attempts");
  }

  @Test
  void linksAreFollowedAndEarlierFilesReplaced() throws IOException {
    Path target = Files.writeString(folder.resolve("target.png"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link.png"), target);
    write(folder, "a.png");
    try (PointerScope scope = new PointerScope()) {
      Image.imgify(torch.rand(3, 4, 4)).save(link);
    }
    assertTrue(Files.isSymbolicLink(link));
    assertTrue(Files.size(target) > 3);
  }
}
