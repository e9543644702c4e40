package org.jennit.cli;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.jennit.internal.AtomicFile;

/** Colour maps as a picture: a strip for each, from left to right. */
final class PaletteStrip {
  private static final int WIDTH = 256;
  private static final int HEIGHT = 24;

  private PaletteStrip() {}

  /**
   * Writes a PNG.
   *
   * @param palettes 256 x 3 bytes each
   */
  static void write(List<byte[]> palettes, Path file) throws IOException {
    BufferedImage picture =
        new BufferedImage(WIDTH, HEIGHT * palettes.size(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < picture.getHeight(); y++) {
      byte[] palette = palettes.get(y / HEIGHT);
      for (int x = 0; x < WIDTH; x++) {
        int red = palette[3 * x] & 0xff;
        int green = palette[3 * x + 1] & 0xff;
        int blue = palette[3 * x + 2] & 0xff;
        picture.setRGB(x, y, red << 16 | green << 8 | blue);
      }
    }
    // Given a file, ImageIO deletes what stands there first, devices included.
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", png);
    AtomicFile.write(file, part -> Files.write(part, png.toByteArray()));
  }
}
