package org.jennit.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;

/**
 * Files of the driver that go to each executor once. Their names there are made of their content,
 * so that several models stand side by side, and one that was changed is another.
 */
final class ShippedFiles {
  // One folder for all contexts of a process: Spark refuses a name that comes from two places.
  private static final java.nio.file.Path FOLDER = folder();
  private static final Map<Version, String> NAMES = new ConcurrentHashMap<>();
  private static final int BLOCK = 1 << 16;

  private final SparkContext context;

  /** One state of a file, which is read once. */
  private record Version(String file, long modified, long length) {}

  ShippedFiles(SparkContext context) {
    this.context = context;
  }

  private static java.nio.file.Path folder() {
    try {
      java.nio.file.Path made = Files.createTempDirectory("jennit-spark");
      made.toFile().deleteOnExit();
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /**
   * Gives a file to the tasks.
   *
   * @param file on any file system that Spark reads
   * @return its name for {@code SparkFiles}
   * @throws UncheckedIOException where it cannot be read
   */
  String ship(String file) {
    Path path = new Path(file);
    try {
      FileSystem files = path.getFileSystem(context.hadoopConfiguration());
      FileStatus status = files.getFileStatus(path);
      Version version =
          new Version(status.getPath().toString(), status.getModificationTime(), status.getLen());
      String name = NAMES.get(version);
      if (name == null) {
        try (InputStream in = files.open(path)) {
          name = copy(in, path.getName());
        }
        NAMES.put(version, name);
      }
      context.addFile(FOLDER.resolve(name).toString());
      return name;
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Copies a file to this machine.
   *
   * @param named what the file is called where it comes from
   * @return the copy's name
   * @throws IOException where it cannot be read, or naming the copy where that cannot be written
   */
  static String copy(InputStream in, String named) throws IOException {
    MessageDigest digest = sha256();
    java.nio.file.Path part = Files.createTempFile(FOLDER, "part", "");
    try {
      copy(new DigestInputStream(in, digest), part);
      int dot = named.lastIndexOf('.');
      String name =
          HexFormat.of().formatHex(digest.digest()) + (dot < 0 ? "" : named.substring(dot));
      java.nio.file.Path whole = FOLDER.resolve(name);
      Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
      whole.toFile().deleteOnExit();
      return name;
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static void copy(InputStream in, java.nio.file.Path part) throws IOException {
    byte[] block = new byte[BLOCK];
    try (OutputStream out = Files.newOutputStream(part)) {
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        try {
          out.write(block, 0, read);
        } catch (IOException e) {
          throw new IOException("cannot write its copy " + part + ": " + e.getMessage(), e);
        }
      }
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The lines of a small text in UTF-8.
   *
   * @throws UncheckedIOException where it cannot be read
   */
  List<String> lines(String file) {
    Path path = new Path(file);
    try (InputStream in = path.getFileSystem(context.hadoopConfiguration()).open(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }
}
