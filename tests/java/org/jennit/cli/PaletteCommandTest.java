package org.jennit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.jennit.image.ColorMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaletteCommandTest {
  @TempDir Path temporary;

  @Test
  void allMapsAreListed() {
    CommandRun run = CommandRun.of("palette");
    assertEquals(ExitCode.DONE, run.exitCode());
    assertEquals(ColorMap.names().size(), run.out().lines().count());
    assertTrue(run.out().contains("bwr       00f,80:fff,f00\n"), run.out());
  }

  @Test
  void stripsArePictures() throws IOException {
    Path file = temporary.resolve("maps/strip.png");
    CommandRun run = CommandRun.of("palette", "gray", "f00,00f", "-o", file);
    assertEquals(ExitCode.DONE, run.exitCode(), run.err());
    assertEquals("wrote " + file + "\n", run.out());
    BufferedImage strip = ImageIO.read(file.toFile());
    assertEquals(256, strip.getWidth());
    assertEquals(48, strip.getHeight());
    for (int x = 0; x < 256; x++) {
      assertEquals(0xff000000 | x * 0x010101, strip.getRGB(x, 23));
    }
    assertEquals(0xffff0000, strip.getRGB(0, 24));
    assertEquals(0xff0000ff, strip.getRGB(255, 47));
  }

  @Test
  void anUnknownMap() {
    CommandRun run = CommandRun.of("palette", "nothing");
    assertEquals(ExitCode.USAGE, run.exitCode());
    assertTrue(run.error().startsWith("jennit: MAP: colour map 'nothing'"), run.err());
  }

  @Test
  void aLevelThatIsNone() {
    CommandRun run = CommandRun.of("palette", "hot", "--level", "Infinity");
    assertEquals(ExitCode.USAGE, run.exitCode());
    assertTrue(run.error().startsWith("jennit: --level: "), run.err());
  }
}
