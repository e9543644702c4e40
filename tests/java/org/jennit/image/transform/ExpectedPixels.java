package org.jennit.image.transform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/**
 * What Pillow made of the small images: tests/data/images/expected.txt, written by make.py beside
 * it.
 */
record ExpectedPixels(Path file, String operation, RgbImage image) {

  static final Path FOLDER = Path.of(System.getProperty("jennit.data", "tests/data"), "images");

  static List<ExpectedPixels> all() throws IOException {
    return Files.readAllLines(FOLDER.resolve("expected.txt")).stream()
        .map(ExpectedPixels::parse)
        .toList();
  }

  private static ExpectedPixels parse(String line) {
    String[] fields = line.split(" ", -1);
    RgbImage image =
        new RgbImage(
            Integer.parseInt(fields[2]),
            Integer.parseInt(fields[3]),
            HexFormat.of().parseHex(fields[4]));
    return new ExpectedPixels(FOLDER.resolve(fields[0]), fields[1], image);
  }

  /** The largest difference of a byte, or Integer.MAX_VALUE for another size. */
  int difference(RgbImage other) {
    if (other.width != image.width || other.height != image.height) {
      return Integer.MAX_VALUE;
    }
    int largest = 0;
    for (int i = 0; i < image.data.length; i++) {
      largest = Math.max(largest, Math.abs((image.data[i] & 0xFF) - (other.data[i] & 0xFF)));
    }
    return largest;
  }

  @Override
  public String toString() {
    return file.getFileName() + " " + operation;
  }
}
