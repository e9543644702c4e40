package org.jennit.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.jennit.core.Numeric;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ColorMapTest {
  @Test
  void namesAreZennits() {
    List<String> zennit =
        List.of(
            "bwr",
            "cold",
            "coldnhot",
            "coleus",
            "coolio",
            "france",
            "gray",
            "hot",
            "seismic",
            "wblue",
            "wred");
    assertEquals(zennit, List.copyOf(ColorMap.names()));
    assertThrows(UnsupportedOperationException.class, () -> ColorMap.names().add("mine"));
  }

  @Test
  void grayIsTheIdentity() {
    byte[] palette = ColorMap.of("gray").palette();
    for (int i = 0; i < 256; i++) {
      assertColor(palette, i, i, i, i);
    }
  }

  @Test
  void aNameAndItsSourceAreTheSameMap() {
    assertEquals(ColorMap.of("000,f00,ff0,fff"), ColorMap.of("hot"));
    assertEquals(ColorMap.of("hot").hashCode(), ColorMap.of("000,f00,ff0,fff").hashCode());
    assertNotEquals(ColorMap.of("hot"), ColorMap.of("cold"));
    assertEquals("000,f00,ff0,fff", ColorMap.of("hot").source());
    assertEquals("ColorMap[000,fff]", ColorMap.of("gray").toString());
  }

  @Test
  void colorsWithoutPositionAreSpreadEvenly() {
    byte[] palette = ColorMap.of("000,f00,ff0,fff").palette();
    assertColor(palette, 0, 0, 0, 0);
    assertColor(palette, 85, 255, 0, 0);
    assertColor(palette, 170, 255, 255, 0);
    assertColor(palette, 255, 255, 255, 255);
  }

  @Test
  void positionsAreKept() {
    byte[] palette = ColorMap.of("00f,80:fff,f00").palette();
    assertColor(palette, 0, 0, 0, 255);
    assertColor(palette, 128, 255, 255, 255);
    assertColor(palette, 255, 255, 0, 0);
  }

  @Test
  void outerColorsReachTheEnds() {
    byte[] palette = ColorMap.of("40:102030,c0:405060").palette();
    for (int i = 0; i <= 0x40; i++) {
      assertColor(palette, i, 0x10, 0x20, 0x30);
    }
    for (int i = 0xc0; i <= 255; i++) {
      assertColor(palette, i, 0x40, 0x50, 0x60);
    }
    assertColor(palette, 0x80, 0x28, 0x38, 0x48);
  }

  @Test
  void equalPositionsMakeAStep() {
    byte[] palette = ColorMap.of("000,80:000,80:fff,fff").palette();
    assertColor(palette, 127, 0, 0, 0);
    assertColor(palette, 128, 255, 255, 255);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "000000,ffffff",
        "000,FFF",
        "0:000,f:fff",
        "00:000,ff:fff",
        " 0 : 000 ,\n\tf: fff ",
        "000,fff,"
      })
  void spellingsOfOneMap(String source) {
    assertArrayEquals(ColorMap.of("gray").palette(), ColorMap.of(source).palette());
  }

  @Test
  void levelZeroIsTheCentreAlone() {
    byte[] palette = ColorMap.of("000,80:0f0,fff").palette(0);
    byte[] first = Arrays.copyOf(palette, 3);
    for (int i = 0; i < 256; i++) {
      assertArrayEquals(first, Arrays.copyOfRange(palette, 3 * i, 3 * i + 3));
    }
  }

  @Test
  void levelTwoReachesTheEndsEarly() {
    byte[] palette = ColorMap.of("gray").palette(2);
    assertColor(palette, 63, 0, 0, 0);
    assertColor(palette, 192, 255, 255, 255);
    // (2 (2 * 127 / 255 - 1) + 1) / 2 * 255 = 126.5
    assertColor(palette, 127, 126, 126, 126);
  }

  @Test
  void levelHalfUsesTheMiddle() {
    byte[] palette = ColorMap.of("gray").palette(0.5);
    assertColor(palette, 0, 63, 63, 63);
    assertColor(palette, 255, 191, 191, 191);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
  void levelMustBeFinite(double level) {
    ColorMap gray = ColorMap.of("gray");
    Exception refusal = assertThrows(IllegalArgumentException.class, () -> gray.palette(level));
    assertTrue(refusal.getMessage().contains("level"), refusal.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "\"\"                 | 0  | at least 2 colours      | found 0",
        "\"  \"               | 2  | at least 2 colours      | found 0",
        "fff                  | 3  | at least 2 colours      | found 1",
        "fff,                 | 4  | at least 2 colours      | found 1",
        "hotter               | 0  | a hex digit             | 'h'",
        "#000,#fff            | 0  | a hex digit             | '#'",
        "000;fff              | 3  | a hex digit             | ';'",
        "000,0x0              | 5  | a hex digit             | 'x'",
        "ffff,000             | 0  | 3 or 6 (a colour)       | 'ffff'",
        "fff,00000            | 4  | 3 or 6 (a colour)       | '00000'",
        "fff,0000000          | 4  | 3 or 6 (a colour)       | '0000000'",
        ",fff,000             | 0  | a colour or a position  | ','",
        "fff,,000             | 4  | a colour or a position  | ','",
        ":fff,000             | 0  | a colour or a position  | ':'",
        "fff,000,,            | 8  | a colour or a position  | ','",
        "fff 000              | 4  | ','                     | '000'",
        "fff:000              | 3  | ','                     | ':'",
        "fff,80               | 6  | ':'                     | the end",
        "fff,80,000           | 6  | ':'                     | ','",
        "a0f,40:0fa,c0:ff0,f  | 19 | ':'                     | the end",
        "fff,8 0:000          | 6  | ':'                     | '0'",
        "fff,80:              | 7  | a colour                | the end",
        "fff,80::000          | 7  | a colour                | ':'",
        "fff,80:80:000        | 7  | a colour                | '80'",
        "fff,80:,000          | 7  | a colour                | ','",
        "fff,80:000,40:fff    | 11 | 80 or more              | found 40",
        "80:fff,7f:000        | 7  | 80 or more              | found 7f",
        "fff,０００              | 4  | a hex digit             | '０'",
        "fff,😀                | 4  | a hex digit             | '😀'"
      })
  void malformedSourcesAreRefusedWithThePlace(
      String source, int index, String expected, String found) {
    ColorMapException refusal = assertThrows(ColorMapException.class, () -> ColorMap.of(source));
    String message = refusal.getMessage();
    assertTrue(message.contains("'" + source + "' at index " + index + ":"), message);
    assertEquals(index, refusal.index(), message);
    assertTrue(message.contains(found), message);
    assertTrue(message.contains("expected"), message);
    assertTrue(message.contains(expected), message);
  }

  @Test
  void aMisspeltNameIsToldTheNames() {
    ColorMapException refusal = assertThrows(ColorMapException.class, () -> ColorMap.of("Hot"));
    assertTrue(refusal.getMessage().contains("coldnhot, coleus"), refusal.getMessage());
  }

  @Test
  void valuesGetTheirColors() {
    try (Tensor values = Numeric.tensor(new double[] {-1, 0, 0.25, 0.5, 1, 3}, 2, 3);
        Tensor colors = ColorMap.of("000,80:f00,fff").apply(values)) {
      assertArrayEquals(new long[] {2, 3, 3}, colors.shape());
      double quarter = 0.25 * 255 / 128;
      double half = (255 * 0.5 - 0) / 128;
      double[] expected = {0, 0, 0, 0, 0, 0, quarter, 0, 0, half, 0, 0, 1, 1, 1, 1, 1, 1};
      double[] actual = new double[expected.length];
      colors.<DoubleBuffer>createBuffer().get(actual);
      assertArrayEquals(expected, actual, 1e-15);
    }
  }

  @Test
  void valuesOfAnyShapeAndTypeGetTheColorsOfThePalette() {
    ColorMap map = ColorMap.of("coldnhot");
    byte[] palette = map.palette();
    try (PointerScope scope = new PointerScope()) {
      Tensor values =
          torch.arange(new Scalar(256)).to(torch.ScalarType.Double).div(new Scalar(255.0));
      for (Tensor each :
          List.of(values, values.clone().requires_grad_(true), values.reshape(16, 16).t())) {
        Tensor colors = map.apply(each);
        Tensor bytes =
            colors.mul(new Scalar(255.0)).add(new Scalar(1e-9)).to(torch.ScalarType.Byte);
        Tensor rows = each.dim() == 2 ? bytes.transpose(0, 1).reshape(256, 3) : bytes;
        byte[] actual = new byte[palette.length];
        rows.contiguous().<ByteBuffer>createBuffer().get(actual);
        assertArrayEquals(palette, actual);
      }
      assertArrayEquals(new long[] {3}, map.apply(torch.scalar_tensor(new Scalar(0.5))).shape());
      assertArrayEquals(new long[] {0, 3}, map.apply(torch.empty(0)).shape());
    }
  }

  @Test
  void valuesWithoutAColorAreRefused() {
    ColorMap map = ColorMap.of("hot");
    try (PointerScope scope = new PointerScope()) {
      Tensor nan = Numeric.tensor(new double[] {0, Double.NaN}, 2);
      Tensor complex = torch.ones(2).to(torch.ScalarType.ComplexFloat);
      Tensor undefined = new Tensor();
      assertThrows(IllegalArgumentException.class, () -> map.apply(nan));
      assertThrows(IllegalArgumentException.class, () -> map.apply(complex));
      assertThrows(JennitException.class, () -> map.apply(undefined));
      assertThrows(NullPointerException.class, () -> map.apply(null));
    }
  }

  @Test
  void aMapIsRegisteredByName() {
    assertThrows(ColorMapException.class, () -> ColorMap.of("mine"));
    try {
      ColorMap mine = ColorMap.register("mine", "0f0,00f");
      assertEquals(mine, ColorMap.of("mine"));
      assertEquals("0f0,00f", ColorMap.of("mine").source());
      assertTrue(ColorMap.names().contains("mine"));
      assertEquals(ColorMap.of("hot"), ColorMap.register("mine", "hot"));
      assertThrows(ColorMapException.class, () -> ColorMap.register("mine", "0f0"));
      assertEquals(ColorMap.of("hot"), ColorMap.of("mine"), "a refusal leaves what was there");
    } finally {
      ColorMap.unregister("mine");
    }
    assertThrows(ColorMapException.class, () -> ColorMap.of("mine"));
  }

  @Test
  void nullIsRefused() {
    assertThrows(NullPointerException.class, () -> ColorMap.register(null, "hot"));
    assertThrows(NullPointerException.class, () -> ColorMap.register("mine", null));
    assertThrows(NullPointerException.class, () -> ColorMap.of(null));
  }

  private static void assertColor(byte[] palette, int index, int red, int green, int blue) {
    byte[] expected = {(byte) red, (byte) green, (byte) blue};
    byte[] actual = Arrays.copyOfRange(palette, 3 * index, 3 * index + 3);
    assertArrayEquals(expected, actual, "colour " + index);
  }
}
