package org.jennit.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageTest {
  // Under this map a pixel's red byte is the index of its colour.
  private static final ImgifyOptions GRAY = ImgifyOptions.defaults().withCmap("gray");

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void minimumAndMaximumBecomeTheEnds() {
    Image image = Image.imgify(tensor(new long[] {2, 3}, -1, 0, 1, 2, 3, 4), ColorMap.of("gray"));
    assertEquals(3, image.width());
    assertEquals(2, image.height());
    assertTrue(image.isPaletted());
    assertIndices(image, 0, 51, 102, 153, 204, 255);
    assertEquals("Image[3 x 2, paletted]", image.toString());
  }

  @Test
  void symmetricPutsZeroInTheCentre() {
    Image image = Image.imgify(tensor(new long[] {1, 4}, -1, 0, 1, 4), GRAY.withSymmetric(true));
    // (x / 8 + 1/2) * 255, cut off
    assertIndices(image, 95, 127, 159, 255);
  }

  @Test
  void givenBoundsOverrideAndClip() {
    Tensor input = tensor(new long[] {1, 4}, -3, 0, 0.5, 9);
    assertIndices(Image.imgify(input, GRAY.withVmin(-1).withVmax(1)), 0, 127, 191, 255);
    assertIndices(Image.imgify(input, GRAY.withVmax(0)), 0, 255, 255, 255);
    assertIndices(Image.imgify(input, GRAY.withVmin(0)), 0, 0, 14, 255);
  }

  @Test
  void defaultsAreBlueWhiteRed() {
    byte[] pixels = Image.imgify(tensor(new long[] {1, 2}, -1, 1)).pixels();
    assertArrayEquals(new byte[] {0, 0, -1, -1, 0, 0}, pixels);
  }

  @Test
  void levelIsThePalettesAlone() {
    Tensor input = tensor(new long[] {1, 3}, 0, 0.25, 1);
    assertIndices(Image.imgify(input, GRAY.withLevel(0.5)), 63, 95, 191);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 7, -7})
  void constantTensorsTakeTheLowEnd(double value) {
    Tensor input = tensor(new long[] {1, 2}, value, value);
    assertIndices(Image.imgify(input, GRAY), 0, 0);
  }

  @Test
  void symmetricConstants() {
    ImgifyOptions symmetric = GRAY.withSymmetric(true);
    assertIndices(Image.imgify(tensor(new long[] {1, 1}, 7), symmetric), 255);
    assertIndices(Image.imgify(tensor(new long[] {1, 1}, -7), symmetric), 0);
    assertIndices(Image.imgify(tensor(new long[] {1, 1}, 0), symmetric), 0);
  }

  @Test
  void equalBoundsSplitTheValues() {
    Tensor input = tensor(new long[] {1, 3}, 1, 2, 3);
    assertIndices(Image.imgify(input, GRAY.withVmin(2).withVmax(2)), 0, 0, 255);
  }

  @Test
  void threeChannelsAreRgbInEitherOrder() {
    Tensor last = tensor(new long[] {1, 2, 3}, 0, 51, 102, 153, 204, 255);
    Image image = Image.imgify(last);
    assertFalse(image.isPaletted());
    assertEquals(2, image.width());
    assertArrayEquals(new byte[] {0, 51, 102, (byte) 153, (byte) 204, -1}, image.pixels());
    // 3 x 2 x 4: no last dimension of a colour, so channels come first
    Tensor first = torch.arange(new Scalar(24)).reshape(3, 2, 4);
    Image moved = Image.imgify(first);
    assertEquals(4, moved.width());
    assertEquals(2, moved.height());
    byte[] second = {(byte) (255 / 23.0), (byte) (9 * 255 / 23.0), (byte) (17 * 255 / 23.0)};
    byte[] pixels = moved.pixels();
    assertArrayEquals(second, new byte[] {pixels[3], pixels[4], pixels[5]});
    assertEquals("Image[4 x 2, RGB]", moved.toString());
  }

  @Test
  void oneChannelIsPalettedInEitherOrder() {
    Tensor flat = tensor(new long[] {2, 4}, 0, 1, 2, 3, 4, 5, 6, 7);
    byte[] expected = Image.imgify(flat).pixels();
    assertArrayEquals(expected, Image.imgify(flat.unsqueeze(0)).pixels());
    assertArrayEquals(expected, Image.imgify(flat.unsqueeze(2)).pixels());
  }

  @ParameterizedTest
  @EnumSource(
      value = ScalarType.class,
      names = {"Double", "Float", "Half", "BFloat16", "Int", "Long"})
  void everyDtypeGivesTheSamePicture(ScalarType type) {
    Tensor input = tensor(new long[] {1, 6}, -1, 0, 1, 2, 3, 4).to(type);
    assertIndices(Image.imgify(input, GRAY), 0, 51, 102, 153, 204, 255);
    assertEquals(type, input.scalar_type().intern());
  }

  @Test
  void bytesAreTakenAsTheyAre() {
    Tensor input = tensor(new long[] {1, 3}, 7, 8, 200).to(ScalarType.Byte);
    assertIndices(Image.imgify(input, GRAY.withVmin(0).withVmax(1)), 7, 8, 200);
  }

  @Test
  void layoutAndGradientDoNotMatter() {
    Tensor input = tensor(new long[] {2, 3}, -1, 0, 1, 2, 3, 4).t();
    assertIndices(Image.imgify(input, GRAY), 0, 153, 51, 204, 102, 255);
    Tensor leaf = tensor(new long[] {1, 6}, -1, 0, 1, 2, 3, 4).set_requires_grad(true);
    assertIndices(Image.imgify(leaf, GRAY), 0, 51, 102, 153, 204, 255);
    assertIndices(Image.imgify(leaf.mul(leaf), GRAY), 15, 0, 15, 63, 143, 255);
    assertTrue(leaf.requires_grad());
  }

  @Test
  void aGridNormalisesEveryPictureByItself() {
    Tensor input = tensor(new long[] {3, 1, 2}, 0, 1, 10, 30, 5, -5);
    Image square = Image.imgify(input, GRAY.withGrid());
    assertEquals(2, square.width());
    assertEquals(3, square.height());
    assertIndices(square, 0, 255, 0, 255, 255, 0);
    Image shaped = Image.imgify(input, GRAY.withGrid(2, 2));
    assertIndices(shaped, 0, 255, 0, 255, 255, 0, 0, 0);
    Image filled = Image.imgify(input, GRAY.withGrid(2, 2).withGridfill(200));
    assertIndices(filled, 0, 255, 0, 255, 255, 0, 200, 200);
    Image narrow = Image.imgify(input, GRAY.withGrid(1, 2));
    assertIndices(narrow, 0, 255, 0, 255);
  }

  @Test
  void aGridOfColorPictures() {
    Tensor input = torch.rand(5, 3, 4, 6);
    Image image = Image.imgify(input, ImgifyOptions.defaults().withGrid());
    assertEquals("Image[12 x 12, RGB]", image.toString());
    Tensor last = input.permute(0, 2, 3, 1);
    byte[] pixels = Image.imgify(last, ImgifyOptions.defaults().withGrid()).pixels();
    assertArrayEquals(image.pixels(), pixels);
  }

  @Test
  void gridifyKeepsTheDtype() {
    Tensor input = tensor(new long[] {3, 1, 2}, 1, 2, 3, 4, 5, 6).set_requires_grad(true);
    Tensor square = Image.gridify(input);
    assertTensor(tensor(new long[] {3, 2, 1}, 1, 2, 3, 4, 5, 6), square);
    assertFalse(square.requires_grad());
    Grid grid = new Grid(2, 2);
    assertTensor(tensor(new long[] {2, 4, 1}, 1, 2, 3, 4, 5, 6, 1, 1), Image.gridify(input, grid));
    Tensor filled = Image.gridify(input, grid, 0.5);
    assertTensor(tensor(new long[] {2, 4, 1}, 1, 2, 3, 4, 5, 6, 0.5, 0.5), filled);
    Tensor longs = Image.gridify(input.to(ScalarType.Long), grid, 9);
    assertEquals(ScalarType.Long, longs.scalar_type().intern());
  }

  @Test
  void boundsReduceAllButTheFirstDimension() {
    Tensor input = tensor(new long[] {2, 3}, -4, 1, 2, 3, 0, 1).set_requires_grad(true);
    NormBounds bounds = Image.interval_norm_bounds(input, false);
    assertTensor(tensor(new long[] {2, 1}, -4, 0), bounds.low());
    assertTensor(tensor(new long[] {2, 1}, 2, 3), bounds.high());
    assertFalse(bounds.low().requires_grad());
    NormBounds symmetric = Image.interval_norm_bounds(input, true, 0);
    assertTensor(tensor(new long[] {1, 3}, -4, -1, -2), symmetric.low());
    assertTensor(tensor(new long[] {1, 3}, 4, 1, 2), symmetric.high());
    Tensor vector = torch.rand(3);
    assertRefused("dimensions", () -> Image.interval_norm_bounds(vector, false));
  }

  @Test
  void wrongInputIsRefused() {
    assertRefused("[5]", () -> Image.imgify(torch.rand(5)));
    assertRefused("[2, 3, 4, 5]", () -> Image.imgify(torch.rand(2, 3, 4, 5)));
    assertRefused("[2, 4, 5]", () -> Image.imgify(torch.rand(2, 4, 5)));
    assertRefused("elements", () -> Image.imgify(torch.rand(0, 5)));
    assertRefused("undefined", () -> Image.imgify(new Tensor()));
    assertRefused("complex", () -> Image.imgify(torch.rand(2, 2).to(ScalarType.ComplexFloat)));
    assertRefused("[4, 5]", () -> Image.imgify(torch.rand(4, 5), GRAY.withGrid()));
    assertRefused("[1, 2, 4, 5]", () -> Image.imgify(torch.rand(1, 2, 4, 5), GRAY.withGrid()));
    assertRefused("[4, 5]", () -> Image.gridify(torch.rand(4, 5)));
    assertThrows(NullPointerException.class, () -> Image.imgify(null));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void valuesMustBeFinite(double value) {
    Tensor input = tensor(new long[] {1, 3}, 0, value, value);
    assertRefused("2 of 3", () -> Image.imgify(input));
    assertRefused("vmin", () -> GRAY.withVmin(value));
    assertRefused("vmax", () -> GRAY.withVmax(value));
    assertRefused("level", () -> GRAY.withLevel(value));
  }

  @Test
  void wrongOptionsAreRefused() {
    assertRefused("gridfill", () -> GRAY.withGridfill(256));
    assertRefused("gridfill", () -> GRAY.withGridfill(-1));
    assertRefused("0 x 3", () -> GRAY.withGrid(0, 3));
    assertRefused("3 x -1", () -> GRAY.withGrid(3, -1));
    assertThrows(ColorMapException.class, () -> GRAY.withCmap("no map"));
  }

  @Test
  void nothingNativeStaysBehind() {
    Tensor input = torch.rand(5, 6, 7);
    Grid grid = new Grid(2, 3);
    long before = Pointer.totalCount();
    for (int i = 0; i < 20; i++) {
      Image.imgify(input, GRAY.withGrid().withVmin(0).withGridfill(3));
      assertRefused("channels", () -> Image.imgify(input));
      Image.gridify(input, grid, 1).close();
      Image.interval_norm_bounds(input, true).close();
    }
    long after = Pointer.totalCount();
    assertTrue(after <= before, () -> after - before + " native objects are left");
  }

  @Test
  void resultsBelongToTheCallersScope() {
    Tensor input = torch.rand(4, 2, 2);
    Tensor result;
    try (PointerScope inner = new PointerScope()) {
      result = Image.gridify(input);
      assertEquals(16, result.numel());
    }
    assertTrue(result.isNull());
  }

  private static Tensor tensor(long[] shape, double... values) {
    return Tensor.create(values, shape);
  }

  private static void assertTensor(Tensor expected, Tensor actual) {
    assertArrayEquals(expected.shape(), actual.shape());
    assertTrue(expected.equal(actual), () -> "expected " + expected + ", found " + actual);
  }

  private static void assertIndices(Image image, int... expected) {
    byte[] pixels = image.pixels();
    int[] actual = new int[pixels.length / 3];
    for (int i = 0; i < actual.length; i++) {
      actual[i] = pixels[3 * i] & 0xff;
    }
    assertArrayEquals(expected, actual);
  }

  private static void assertRefused(String part, Executable executable) {
    Exception refusal = assertThrows(IllegalArgumentException.class, executable);
    assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
  }
}
