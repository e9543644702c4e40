package org.jennit.image.transform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {

  static Stream<ExpectedPixels> decodings() throws IOException {
    return ExpectedPixels.all().stream().filter(expected -> expected.operation().equals("decode"));
  }

  @ParameterizedTest
  @MethodSource("decodings")
  void decodesAsPillow(ExpectedPixels expected) throws IOException {
    int tolerance = expected.file().toString().endsWith(".jpg") ? 3 : 0; // decoders differ in JPEG
    int difference = expected.difference(decode(Files.readAllBytes(expected.file())));
    assertTrue(difference <= tolerance, () -> "off by " + difference);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_INT_RGB,
        BufferedImage.TYPE_INT_BGR,
        BufferedImage.TYPE_INT_ARGB,
        BufferedImage.TYPE_INT_ARGB_PRE,
        BufferedImage.TYPE_3BYTE_BGR,
        BufferedImage.TYPE_4BYTE_ABGR,
        BufferedImage.TYPE_4BYTE_ABGR_PRE
      })
  void readsEveryLayoutOfABufferedImage(int type) throws IOException {
    BufferedImage stored = ImageIO.read(ExpectedPixels.FOLDER.resolve("rgb.png").toFile());
    BufferedImage image = new BufferedImage(stored.getWidth(), stored.getHeight(), type);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        image.setRGB(x, y, stored.getRGB(x, y));
      }
    }
    ExpectedPixels expected =
        decodings().filter(e -> e.file().endsWith("rgb.png")).findFirst().orElseThrow();
    assertEquals(0, expected.difference(RgbImage.of(image)));
  }

  @Test
  void readsColorsOfFewBits() {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_565_RGB);
    image.setRGB(0, 0, 0xFFFF0000);
    assertEquals("[-1, 0, 0]", Arrays.toString(RgbImage.of(image).data));
  }

  @Test
  void readsAPartOfABufferedImage() {
    BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
    image.setRGB(2, 3, 0x010203);
    assertEquals("[1, 2, 3]", Arrays.toString(RgbImage.of(image.getSubimage(2, 3, 1, 1)).data));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"rgb.png", "palette.png", "rgb16.png", "orientation6.jpg", "grey.jpg", "cmyk.jpg"})
  void refusesTruncatedFiles(String name) throws IOException {
    byte[] file = Files.readAllBytes(ExpectedPixels.FOLDER.resolve(name));
    int checksums = name.endsWith(".png") ? 20 : 0; // what ends a PNG after its last pixel
    for (int length = 0; length < file.length - checksums; length++) {
      assertRefused(Arrays.copyOf(file, length), "");
    }
  }

  @Test
  void refusesWhatIsNoImage() {
    assertRefused(new byte[0], "the file is empty");
    assertRefused(
        "These are words, and no picture.".getBytes(StandardCharsets.UTF_8),
        "its format is none of");
  }

  @Test
  void refusesAbsurdSizesWithoutAllocatingThem() throws IOException {
    assertRefused(pngOfSize(2_000_000_000, 2_000_000_000), "2000000000 x 2000000000 pixels");
    assertRefused(pngOfSize(100_000, 100_000), "100000 x 100000 pixels");
    assertRefused(pngOfSize(0, 9), "");
    assertRefused(pngOfSize(13, 0), "");
    assertRefused(pngOfSize(-1, 9), "");
  }

  private static byte[] pngOfSize(int width, int height) throws IOException {
    byte[] file = Files.readAllBytes(ExpectedPixels.FOLDER.resolve("rgb.png"));
    ByteBuffer buffer = ByteBuffer.wrap(file).putInt(16, width).putInt(20, height);
    CRC32 crc = new CRC32();
    crc.update(file, 12, 17);
    buffer.putInt(29, (int) crc.getValue());
    return file;
  }

  @Test
  void brokenFilesGiveAnImageOrAnIOException() throws IOException {
    Random random = new Random(5);
    for (Path path : decodings().map(ExpectedPixels::file).toList()) {
      byte[] file = Files.readAllBytes(path);
      for (int run = 0; run < 20; run++) {
        byte[] broken = file.clone();
        for (int change = 0; change < 4; change++) {
          broken[random.nextInt(broken.length)] = (byte) random.nextInt();
        }
        try {
          decode(broken);
        } catch (IOException e) {
          assertTrue(e.getMessage().startsWith("some.file: "), e.getMessage());
        }
      }
    }
  }

  private static void assertRefused(byte[] file, String reason) {
    IOException error = assertThrows(IOException.class, () -> decode(file));
    assertTrue(error.getMessage().startsWith("some.file: "), error.getMessage());
    assertTrue(error.getMessage().contains(reason), error.getMessage());
  }

  private static RgbImage decode(byte[] file) throws IOException {
    InputStream in = new ByteArrayInputStream(file);
    return ImageDecoder.decode(in, "some.file");
  }
}
