package org.jennit.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jennit.process.ChildJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of the driver's files: whole, or none and a sentence. */
class ShippedFilesTest {
  private static final byte[] CONTENT = new byte[1 << 18];

  @TempDir private Path temporary;

  /** Says where the copy was written, or why it was not. */
  static final class Copying {
    private Copying() {}

    public static void main(String[] arguments) throws IOException {
      try {
        System.out.println(ShippedFiles.copy(new ByteArrayInputStream(CONTENT), "model.pt"));
      } catch (IOException e) {
        System.out.println(e.getMessage());
      }
      try (var left = Files.walk(Path.of(arguments[0]))) {
        System.out.println(left.filter(Files::isRegularFile).count());
      }
    }
  }

  /** The system refuses files above 64 KiB, as it does when a disk is full. */
  @Test
  void aFullDiskIsNamedWithTheCopyAndKeepsNone() throws Exception {
    ChildJvm.Result child =
        ChildJvm.of(Copying.class)
            .under("sh", "-c", "ulimit -f 128; exec \"$@\"", "sh")
            .options("-XX:-UsePerfData", "-Djava.io.tmpdir=" + temporary)
            .run(temporary.toString())
            .succeeded();
    String[] lines = child.out().split("\n", -1);
    assertTrue(
        lines[0].matches(
            "cannot write its copy " + temporary + "/jennit-spark\\d+/part\\d+: File too large"),
        child.out());
    assertEquals("0", lines[1]);
  }

  @Test
  void whatCannotBeReadIsNoMatterOfTheDisk() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the line is dead");
          }

          @Override
          public int read(byte[] block, int from, int count) throws IOException {
            return read();
          }
        };
    assertEquals(
        "the line is dead",
        assertThrows(IOException.class, () -> ShippedFiles.copy(broken, "a.pt")).getMessage());
  }

  @Test
  void theCopyIsNamedByItsContent() throws IOException {
    // sha256sum of 256 KiB of zeros.
    assertEquals(
        "8a39d2abd3999ab73c34db2476849cddf303ce389b35826850f9a700589b4a90.pt",
        ShippedFiles.copy(new ByteArrayInputStream(CONTENT), "model.tar.pt"));
  }
}
