package org.jennit.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.GraphicsEnvironment;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFileTest {
  private static final int COLOR_TYPE = 25; // its place in a PNG file

  @TempDir Path folder;
  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"hot", "gray", "coldnhot"})
  void oneChannelIsWrittenWithItsPalette(String cmap) throws IOException {
    ColorMap map = ColorMap.of(cmap);
    Image image = Image.imgify(torch.randn(13, 17), map);
    Path path = folder.resolve("picture.png");
    image.save(path);
    assertEquals(3, Files.readAllBytes(path)[COLOR_TYPE]);
    BufferedImage read = ImageIO.read(path.toFile());
    assertArrayEquals(map.palette(), palette(read));
    assertSamePixels(image, read);
  }

  @Test
  void threeChannelsAreWrittenAsRgb() throws IOException {
    Image image = Image.imgify(torch.randn(3, 9, 14));
    Path path = folder.resolve("picture.png");
    image.save(path);
    assertEquals(2, Files.readAllBytes(path)[COLOR_TYPE]);
    assertSamePixels(image, ImageIO.read(path.toFile()));
  }

  @Test
  void equalPicturesGiveEqualBytes() throws IOException {
    Tensor input = torch.randn(40, 30);
    Path first = folder.resolve("first.png");
    Path second = folder.resolve("second.png");
    Image.imsave(first, input);
    Image.imsave(second, input.clone(), ImgifyOptions.defaults());
    assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(second));
  }

  @Test
  void copiesForJavaShowTheSame() {
    Image paletted = Image.imgify(torch.randn(6, 5));
    assertSamePixels(paletted, paletted.toBufferedImage());
    Image rgb = Image.imgify(torch.randn(6, 5, 3));
    assertSamePixels(rgb, rgb.toBufferedImage());
  }

  @Test
  void aPictureIsImmutable() {
    Image image = Image.imgify(torch.randn(3, 6, 5));
    byte[] before = image.pixels();
    image.pixels()[0]++;
    image.toBufferedImage().setRGB(0, 0, ~image.toBufferedImage().getRGB(0, 0));
    assertArrayEquals(before, image.pixels());
  }

  @Test
  void foldersAreMadeAndFilesReplaced() throws IOException {
    Path path = folder.resolve("a/b/picture.png");
    Image.imsave(path, torch.randn(50, 50));
    long large = Files.size(path);
    Image.imsave(path, torch.randn(2, 2));
    assertTrue(Files.size(path) < large);
  }

  @Test
  void aLinkedFolderIsFollowed() throws IOException {
    Path target = Files.createDirectory(folder.resolve("target"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    Image.imsave(link.resolve("picture.png"), torch.randn(2, 2));
    assertTrue(Files.exists(target.resolve("picture.png")));
  }

  @Test
  void aPathThatCannotBeWrittenIsNamed() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    Image image = Image.imgify(torch.randn(2, 2));
    for (Path path : new Path[] {folder, file.resolve("picture.png")}) {
      UncheckedIOException refusal =
          assertThrows(UncheckedIOException.class, () -> image.save(path));
      assertTrue(refusal.getMessage().contains(path.toString()), refusal.getMessage());
    }
  }

  @Test
  void thereIsNothingToShowOnWithoutADesktop() {
    assumeTrue(GraphicsEnvironment.isHeadless());
    Image image = Image.imgify(torch.randn(2, 2));
    Exception refusal = assertThrows(IllegalStateException.class, image::show);
    assertTrue(refusal.getMessage().contains("save"), refusal.getMessage());
  }

  private static byte[] palette(BufferedImage image) {
    IndexColorModel colors = (IndexColorModel) image.getColorModel();
    byte[] palette = new byte[colors.getMapSize() * 3];
    for (int i = 0; i < colors.getMapSize(); i++) {
      palette[3 * i] = (byte) colors.getRed(i);
      palette[3 * i + 1] = (byte) colors.getGreen(i);
      palette[3 * i + 2] = (byte) colors.getBlue(i);
    }
    return palette;
  }

  private static void assertSamePixels(Image expected, BufferedImage actual) {
    assertEquals(expected.width(), actual.getWidth());
    assertEquals(expected.height(), actual.getHeight());
    byte[] pixels = new byte[3 * actual.getWidth() * actual.getHeight()];
    for (int i = 0; i < pixels.length / 3; i++) {
      int rgb = actual.getRGB(i % actual.getWidth(), i / actual.getWidth());
      pixels[3 * i] = (byte) (rgb >> 16);
      pixels[3 * i + 1] = (byte) (rgb >> 8);
      pixels[3 * i + 2] = (byte) rgb;
    }
    assertArrayEquals(expected.pixels(), pixels);
  }
}
