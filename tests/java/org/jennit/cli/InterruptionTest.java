package org.jennit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jennit.internal.AtomicFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class InterruptionTest {
  @TempDir Path folder;

  @Test
  @Timeout(5)
  void waitsForTheWorkInHand() throws InterruptedException {
    Interruption interruption = new Interruption();
    assertFalse(interruption.requested());
    Thread stopping = new Thread(interruption::stop);
    stopping.start();
    while (!interruption.requested()) {
      Thread.onSpinWait();
    }
    assertTrue(stopping.isAlive());
    interruption.close();
    stopping.join();
  }

  @Test
  void aFileThatIsNotFinishedIsNotThere() throws IOException {
    Path file = folder.resolve("sub/result.txt");
    AtomicFile.write(file, part -> Files.writeString(part, "old"));
    IOException error =
        assertThrows(
            IOException.class,
            () ->
                AtomicFile.write(
                    file,
                    part -> {
                      Files.writeString(part, "ne");
                      throw new IOException("the disk is full");
                    }));
    assertEquals("cannot write " + file + ": the disk is full", error.getMessage());
    assertEquals("old", Files.readString(file));
    assertEquals("sub/result.txt", CommandRun.files(folder));
  }
}
