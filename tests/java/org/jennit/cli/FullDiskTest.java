package org.jennit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.image.Image;
import org.jennit.process.ChildJvm;
import org.jennit.report.PictureEntry;
import org.jennit.report.Report;
import org.jennit.weights.SafeTensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        System.out.println(
            message(
                () -> {
                  write(Path.of(arguments[0]), name);
                  return null;
                }));
      }
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
            .options("-XX:-UsePerfData")
            .run(folder.toString());
    assertEquals(0, child.exit());
    assertEquals(
        NAMES.stream()
            .map(name -> "cannot write " + folder.resolve(name) + ": File too large")
            .toList(),
        child.out().lines().toList());
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
    }
    assertTrue(Files.exists(full));
    assertFalse(Files.isRegularFile(full));
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
