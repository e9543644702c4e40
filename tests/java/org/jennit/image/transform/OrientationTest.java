package org.jennit.image.transform;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrientationTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"orientation3.jpg", "orientation8.jpg", "orientation7.png", "orientation6.tif"})
  void readsTheTag(String name) throws IOException {
    int expected = name.charAt("orientation".length()) - '0';
    assertEquals(expected, Orientation.read(read(name)));
  }

  @ParameterizedTest
  @CsvSource({
    "49492A0008000000 0100 1201 0300 01000000 05000000, 5", // little-endian
    "4D4D002A00000008 0002 0100000300000001000C0000 0112000300000001 00080000, 8", // second entry
    "4D4D002A00000008 0001 0112000300000001 00090000, 1", // no such orientation
    "4D4D002A00000008 0001 0112000400000001 00000006, 1", // not a short
    "4D4D002A00000008 FFFF 0113000300000001 00060000, 1", // claims more entries than there are
    "4D4D002AFFFFFFFF 0001 0112000300000001 00060000, 1", // directory outside
    "4D4D002B00000008 0001 0112000300000001 00060000, 1", // another format
    "4D4D002A, 1"
  })
  void readsTiffStructures(String hex, int expected) {
    assertEquals(expected, Orientation.read(HexFormat.of().parseHex(hex.replace(" ", ""))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"orientation6.jpg", "orientation6.png", "orientation6.tif", "rgb.png"})
  void aPartOfAFileIsReadWithoutAnError(String name) throws IOException {
    byte[] file = read(name);
    for (int length = 0; length < file.length; length++) {
      int orientation = Orientation.read(Arrays.copyOf(file, length));
      assertEquals(true, orientation == 1 || orientation == 6);
    }
  }

  @Test
  void fillBytesBeforeAMarkerAreSkipped() throws IOException {
    byte[] file = read("orientation6.jpg");
    byte[] filled = new byte[file.length + 1];
    System.arraycopy(file, 0, filled, 0, 2);
    filled[2] = (byte) 0xFF;
    System.arraycopy(file, 2, filled, 3, file.length - 2);
    assertEquals(6, Orientation.read(filled));
  }

  private static byte[] read(String name) throws IOException {
    return Files.readAllBytes(ExpectedPixels.FOLDER.resolve(name));
  }
}
