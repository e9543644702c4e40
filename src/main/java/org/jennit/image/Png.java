package org.jennit.image;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/**
 * Writes PNG (ISO/IEC 15948) with 8 bits per sample. The JDK's writer would turn a palette of greys
 * into another kind of picture; this one keeps the palette it is given.
 */
final class Png {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int TRUECOLOR = 2;
  private static final int PALETTED = 3;

  private Png() {}

  /**
   * Encodes one picture.
   *
   * @param data row by row: one byte per pixel with a palette, three (RGB) without
   * @param palette 256 x 3 bytes, or null
   */
  static byte[] encode(int width, int height, byte[] data, byte[] palette) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream png = new DataOutputStream(bytes)) {
      png.write(SIGNATURE);
      chunk(png, "IHDR", header(width, height, palette == null ? TRUECOLOR : PALETTED));
      if (palette != null) {
        chunk(png, "PLTE", palette);
      }
      chunk(png, "IDAT", compress(data, data.length / height));
      chunk(png, "IEND", new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory throws none
    }
    return bytes.toByteArray();
  }

  // 8 bits per sample, then the only compression, the only filter method, no interlacing.
  private static byte[] header(int width, int height, int colorType) {
    return ByteBuffer.allocate(13)
        .putInt(width)
        .putInt(height)
        .put((byte) Byte.SIZE)
        .put((byte) colorType)
        .array();
  }

  // Each row begins with the number of its filter: 0, none.
  private static byte[] compress(byte[] data, int rowLength) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(bytes)) {
      for (int start = 0; start < data.length; start += rowLength) {
        deflater.write(0);
        deflater.write(data, start, rowLength);
      }
    }
    return bytes.toByteArray();
  }

  private static void chunk(DataOutputStream png, String type, byte[] content) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(content);
    png.writeInt(content.length);
    png.write(name);
    png.write(content);
    png.writeInt((int) crc.getValue());
  }
}
