package org.jennit.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where the tests find the reference files. */
final class WeightFiles {
  static final Path VECTORS = Path.of(System.getProperty("jennit.vectors", "tests/data/vectors"));
  static final Path WEIGHTS = VECTORS.resolve("weights");

  private WeightFiles() {}

  static List<Path> in(String folder, String suffix) {
    try (Stream<Path> files = Files.list(VECTORS.resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
