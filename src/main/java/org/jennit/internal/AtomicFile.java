package org.jennit.internal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** Files that are there whole or not at all. */
public final class AtomicFile {
  /** Writes a file. */
  @FunctionalInterface
  public interface Writer {
    void write(Path file) throws IOException;
  }

  private AtomicFile() {}

  /**
   * Writes beside {@code file} and takes its place when all is written, so that an earlier file of
   * that name stays as it is until then, and for good if the disk is full. Folders above it are
   * made, a link is followed, and a device or pipe is written to itself.
   *
   * @throws IOException naming the file and why it could not be written; an {@link
   *     InterruptedIOException} where the thread was interrupted, as it still is then
   */
  public static void write(Path file, Writer writer) throws IOException {
    try {
      Path target = Files.isSymbolicLink(file) && Files.exists(file) ? file.toRealPath() : file;
      if (Files.exists(target) && !Files.isRegularFile(target) && !Files.isDirectory(target)) {
        writer.write(target);
      } else {
        writeBeside(target.toAbsolutePath(), writer);
      }
    } catch (ClosedByInterruptException e) {
      IOException interrupted =
          new InterruptedIOException("cannot write " + file + ": its thread was interrupted");
      interrupted.initCause(e);
      throw interrupted;
    } catch (IOException e) {
      throw new IOException("cannot write " + file + ": " + reason(e), e);
    } catch (UncheckedIOException e) {
      throw new IOException("cannot write " + file + ": " + reason(e.getCause()), e);
    }
  }

  private static void writeBeside(Path file, Writer writer) throws IOException {
    if (file.getFileName() == null || Files.isDirectory(file)) {
      throw new IOException("it is a folder");
    }
    Path folder = file.getParent();
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
    }
    Path part = folder.resolve("." + UUID.randomUUID() + ".part");
    try {
      writer.write(part);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** What the system says, without the name of the part that nobody asked for. */
  private static String reason(IOException e) {
    if (!(e instanceof FileSystemException system)) {
      return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
    if (system.getReason() != null) {
      return system.getReason();
    }
    if (e instanceof AccessDeniedException) {
      return "access is denied";
    }
    if (e instanceof NoSuchFileException) {
      return "its folder is not there";
    }
    return e instanceof FileAlreadyExistsException
        ? system.getFile() + " is no folder"
        : e.getClass().getSimpleName();
  }
}
