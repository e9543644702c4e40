package org.jennit.image.transform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.conformance.PreprocessCases;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreprocessingTest {

  private static final Path DATA = Path.of(System.getProperty("jennit.data", "tests/data"));
  private static final Path PHOTO = DATA.resolve("photos/chelsea.png");

  private PointerScope scope;

  @BeforeEach
  void openScope() {
    scope = new PointerScope();
  }

  @AfterEach
  void closeScope() {
    scope.close();
  }

  @Test
  void equalsTorchvision() throws IOException {
    PreprocessCases.run(
        Path.of(System.getProperty("jennit.vectors", "tests/data/vectors")),
        DATA.resolve("photos"));
  }

  @Test
  void everyPhotographThatIsOffIsListed(@TempDir Path photos) throws IOException {
    Files.copy(PHOTO, photos.resolve("astronaut.png"));
    Files.copy(PHOTO, photos.resolve("chelsea.png"));
    Path vectors = Path.of(System.getProperty("jennit.vectors", "tests/data/vectors"));
    String message =
        assertThrows(AssertionError.class, () -> PreprocessCases.run(vectors, photos)).getMessage();
    assertTrue(message.contains("astronaut.png: off by "), message);
    assertTrue(message.contains("chelsea_grey.png: no such image file"), message);
    assertTrue(!message.contains("chelsea.png"), message);
  }

  @Test
  void pathStreamAndBufferedImageGiveTheSame() throws IOException {
    Preprocessing preprocessing = Preprocessing.imagenet();
    Tensor fromPath = preprocessing.apply(PHOTO);
    assertArrayEquals(new long[] {3, 224, 224}, fromPath.shape());
    assertEquals(ScalarType.Float, fromPath.scalar_type().intern());
    try (InputStream in = Files.newInputStream(PHOTO)) {
      assertTrue(fromPath.equal(preprocessing.apply(in)));
    }
    assertTrue(fromPath.equal(preprocessing.apply(ImageIO.read(PHOTO.toFile()))));
  }

  @Test
  void normalizesInTheTypeAskedFor() {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0xFF8000);
    Preprocessing one = Preprocessing.imagenet().withCrop(1).withSize(1);
    Tensor doubles = one.withDtype(ScalarType.Double).apply(image);
    assertEquals(ScalarType.Double, doubles.scalar_type().intern());
    double[] expected = {(1 - 0.485) / 0.229, (128 / 255.0 - 0.456) / 0.224, -0.406 / 0.225};
    Tensor floats = one.withDtype(one.apply(image).scalar_type()).apply(image);
    Tensor pixels = one.withMean(0, 0, 0).withStd(1, 1, 1).apply(image);
    for (int channel = 0; channel < 3; channel++) {
      assertEquals(expected[channel], doubles.get(channel).item_double(), 1e-15);
      assertEquals(expected[channel], floats.get(channel).item_double(), 1e-6);
    }
    assertEquals(128 / 255f, pixels.get(1).item_float());
  }

  @Test
  void sizeAndCropSelectTheCentre() {
    // Columns 0 to 6 hold their own number; (7 - 4) / 2 = 1.5 rounds to 2, as Python's round.
    BufferedImage image = new BufferedImage(7, 4, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 7; x++) {
        image.setRGB(x, y, x);
      }
    }
    Preprocessing plain = Preprocessing.imagenet().withMean(0, 0, 0).withStd(1, 1, 1);
    Tensor crop = plain.withCrop(4).withSize(4).apply(image);
    assertArrayEquals(new long[] {3, 4, 4}, crop.shape());
    for (int x = 0; x < 4; x++) {
      assertEquals((x + 2) / 255f, crop.get(2).get(0).get(x).item_float());
    }
  }

  @Test
  void bicubicIsAnotherFilter() throws IOException {
    Tensor bicubic = Preprocessing.imagenet().withInterpolation(Interpolation.BICUBIC).apply(PHOTO);
    Tensor bilinear = Preprocessing.imagenet().apply(PHOTO);
    double difference = bicubic.sub(bilinear).abs().mean().item_double();
    assertTrue(difference > 0.001 && difference < 0.2, "mean difference " + difference);
  }

  @Test
  void veryLongImagesCostNoMoreThanTheirCrop() {
    BufferedImage image = new BufferedImage(1, 1_000_000, BufferedImage.TYPE_BYTE_GRAY);
    assertArrayEquals(new long[] {3, 224, 224}, Preprocessing.imagenet().apply(image).shape());
  }

  @Test
  void leavesTheStreamOpenAndNamesIt() {
    boolean[] closed = {false};
    InputStream in =
        new ByteArrayInputStream(new byte[] {1, 2, 3}) {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    IOException error = assertThrows(IOException.class, () -> Preprocessing.imagenet().apply(in));
    assertTrue(error.getMessage().startsWith("image stream: "), error.getMessage());
    assertEquals(false, closed[0]);
  }

  @Test
  void namesTheFileItCannotRead(@TempDir Path folder) throws IOException {
    Path missing = folder.resolve("missing.png");
    IOException error = assertThrows(NoSuchFileException.class, () -> apply(missing));
    assertEquals(missing + ": no such image file", error.getMessage());

    Path text = Files.writeString(folder.resolve("words.png"), "no picture");
    for (Path file : new Path[] {text, folder}) {
      error = assertThrows(IOException.class, () -> apply(file));
      assertTrue(error.getMessage().startsWith(file + ": "), error.getMessage());
    }
  }

  private static Tensor apply(Path file) throws IOException {
    return Preprocessing.imagenet().apply(file);
  }

  @Test
  void sizeAndCropMayBeChangedInAnyOrder() {
    Preprocessing imagenet = Preprocessing.imagenet();
    Preprocessing small = imagenet.withSize(64).withCrop(32);
    assertEquals(imagenet.withCrop(32).withSize(64), small);
    assertEquals(imagenet.withSize(512).withCrop(448), imagenet.withCrop(448).withSize(512));
    BufferedImage image = new BufferedImage(80, 70, BufferedImage.TYPE_INT_RGB);
    try (Tensor pixels = small.apply(image)) {
      assertArrayEquals(new long[] {3, 32, 32}, pixels.shape());
    }
  }

  @Test
  void aCropThatIsLargerThanTheSizeIsRefusedWhenAnImageComes() {
    Preprocessing halfChanged = Preprocessing.imagenet().withSize(200);
    BufferedImage image = new BufferedImage(80, 70, BufferedImage.TYPE_INT_RGB);
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> halfChanged.apply(image));
    String reason = "Preprocessing: crop must be from 1 to size (200), not 224";
    assertEquals(reason, error.getMessage());
    error =
        assertThrows(IllegalArgumentException.class, () -> halfChanged.apply(Path.of("no.png")));
    assertEquals(reason, error.getMessage());
  }

  @Test
  void refusesOptionsOutOfRange() {
    assertRefused(p -> p.withSize(0), "size must be from 1 to 16384, not 0");
    assertRefused(p -> p.withSize(20_000), "size must be");
    assertRefused(p -> p.withCrop(0), "crop must be from 1 to 16384, not 0");
    assertRefused(p -> p.withMean(0, Double.NaN, 0), "mean must be three finite values");
    assertRefused(p -> p.withStd(1, 0, 1), "std must be three positive values");
    assertRefused(p -> p.withDtype(ScalarType.Half), "dtype must be Float or Double, not Half");
  }

  private static void assertRefused(UnaryOperator<Preprocessing> change, String reason) {
    Preprocessing imagenet = Preprocessing.imagenet();
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> change.apply(imagenet));
    assertTrue(error.getMessage().contains(reason), error.getMessage());
  }
}
