package org.jennit.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
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
  void nullIsRefused() {
    assertThrows(NullPointerException.class, () -> ColorMap.of(null));
  }

  private static void assertColor(byte[] palette, int index, int red, int green, int blue) {
    byte[] expected = {(byte) red, (byte) green, (byte) blue};
    byte[] actual = Arrays.copyOfRange(palette, 3 * index, 3 * index + 3);
    assertArrayEquals(expected, actual, "colour " + index);
  }
}
