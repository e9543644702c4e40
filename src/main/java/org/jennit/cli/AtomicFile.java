package org.jennit.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files that are there whole or not at all. */
final class AtomicFile {
  /** Writes a file. */
  @FunctionalInterface
  interface Writer {
    void write(Path file) throws IOException;
  }

  private AtomicFile() {}

  /**
   * Writes beside {@code file} and takes its place when all is written. Folders above it are made.
   */
  static void write(Path file, Writer writer) throws IOException {
    Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
    Path part = folder.resolve("." + file.getFileName() + ".part");
    try {
      writer.write(part);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
