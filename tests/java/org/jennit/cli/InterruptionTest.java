package org.jennit.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.image.Image;
import org.jennit.internal.AtomicFile;
import org.jennit.weights.SafeTensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** The interrupt comes as soon as something is written. */
  @ParameterizedTest
  @ValueSource(strings = {"a.safetensors", "a.npy", "a.png"})
  @Timeout(60)
  void anInterruptedThreadLeavesTheOldFileOrTheNewOne(String name) throws Exception {
    try (PointerScope scope = new PointerScope()) {
      Tensor before = torch.zeros(3, 512, 512);
      Tensor after = torch.rand(3, 512, 512);
      byte[] old = Files.readAllBytes(write(before, folder.resolve("old").resolve(name)));
      byte[] whole = Files.readAllBytes(write(after, folder.resolve("new").resolve(name)));
      Path file = folder.resolve("here").resolve(name);
      for (int round = 0; round < 10; round++) {
        write(before, file);
        boolean written = interrupted(() -> write(after, file), file.getParent());
        assertArrayEquals(written ? whole : old, Files.readAllBytes(file));
        assertEquals(name, CommandRun.files(file.getParent()));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.safetensors", "a.npy"})
  void anInterruptThatIsThereBeforeIsSaidAndKept(String name) throws IOException {
    try (PointerScope scope = new PointerScope()) {
      Path file = write(torch.zeros(3, 4, 4), folder.resolve(name));
      byte[] old = Files.readAllBytes(file);
      Thread.currentThread().interrupt();
      IOException error =
          assertThrows(InterruptedIOException.class, () -> write(torch.ones(3, 4, 4), file));
      assertTrue(Thread.interrupted());
      assertEquals("cannot write " + file + ": its thread was interrupted", error.getMessage());
      assertArrayEquals(old, Files.readAllBytes(file));
      assertEquals(name, CommandRun.files(folder));
    }
  }

  private static Path write(Tensor tensor, Path file) throws IOException {
    String name = file.getFileName().toString();
    switch (name) {
      case "a.safetensors" -> SafeTensors.write(file, Map.of("tensor", tensor), Map.of());
      case "a.npy" -> NpyWriter.write(tensor, file);
      case "a.png" -> Image.imgify(tensor).save(file);
      default -> throw new IllegalArgumentException(name);
    }
    return file;
  }

  /**
   * Whether the work of a thread is done although the thread is interrupted, as soon as there is
   * more than one file in {@code folder}. A thread that forgets its interrupt never ends.
   */
  private static boolean interrupted(Callable<?> work, Path folder) throws Exception {
    AtomicBoolean written = new AtomicBoolean();
    CountDownLatch ended = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () -> {
              try {
                work.call();
                written.set(true);
              } catch (Exception e) {
                // What is left of the files is looked at below.
              }
              ended.countDown();
              while (!Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
              }
            });
    thread.setDaemon(true);
    thread.start();
    while (ended.getCount() > 0 && folder.toFile().list().length < 2) {
      Thread.onSpinWait();
    }
    thread.interrupt();
    thread.join();
    return written.get();
  }
}
