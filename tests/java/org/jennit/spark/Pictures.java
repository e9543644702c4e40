package org.jennit.spark;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** Folders of small grey pictures. */
public final class Pictures {
  private Pictures() {}

  /**
   * Writes pictures of 28 x 28 pixels, each with strokes of its own, as 0000.png and so on.
   *
   * @param broken how many of them, spread evenly, are cut short
   */
  public static Path write(Path folder, int count, int broken) throws IOException {
    Files.createDirectories(folder);
    for (int i = 0; i < count; i++) {
      Path file = folder.resolve("%04d.png".formatted(i));
      ImageIO.write(picture(i), "png", file.toFile());
    }
    for (int i = 0; i < broken; i++) {
      Path file = folder.resolve("%04d.png".formatted(i * count / broken));
      Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), 60));
    }
    return folder;
  }

  private static BufferedImage picture(int seed) {
    Random random = new Random(seed);
    BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
    for (int stroke = 0; stroke < 3; stroke++) {
      int x = 4 + random.nextInt(16);
      int y = 4 + random.nextInt(16);
      boolean down = random.nextBoolean();
      for (int step = 0; step < 20; step++) {
        int at = Math.min(27, (down ? y : x) + step / 2);
        image.getRaster().setSample(down ? x : at, down ? at : y, 0, 128 + random.nextInt(128));
      }
    }
    return image;
  }
}
