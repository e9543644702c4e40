package org.jennit.image.transform;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The EXIF orientation of an image file (CIPA DC-008, tag 0x0112): which of the eight ways of
 * holding the camera has to be undone. It is read from JPEG (APP1), PNG (eXIf) and TIFF; what is
 * absent or broken counts as upright, as in Pillow.
 */
final class Orientation {

  private static final int UPRIGHT = 1;
  private static final int TAG = 0x0112;
  private static final int TYPE_SHORT = 3;
  private static final int ENTRY_BYTES = 12;
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final int PNG_SIGNATURE = 0x89504E47;
  private static final int PNG_EXIF = 0x65584966;

  private Orientation() {}

  /** The orientation of an encoded file, 1 to 8. */
  static int read(byte[] file) {
    ByteBuffer buffer = ByteBuffer.wrap(file);
    if (file.length < 8) {
      return UPRIGHT;
    }
    if ((buffer.getShort(0) & 0xFFFF) == 0xFFD8) {
      return readJpeg(buffer);
    }
    if (buffer.getInt(0) == PNG_SIGNATURE) {
      return readPng(buffer);
    }
    return readTiff(buffer);
  }

  private static int readJpeg(ByteBuffer file) {
    int at = 2;
    while (at + 4 <= file.limit() && (file.get(at) & 0xFF) == 0xFF) {
      int marker = file.get(at + 1) & 0xFF;
      if (marker == 0xFF) {
        at++;
        continue;
      }
      boolean imageData = marker == 0xDA || marker == 0xD9;
      int length = file.getShort(at + 2) & 0xFFFF;
      if (imageData || length < 2 || at + 2 + length > file.limit()) {
        return UPRIGHT;
      }
      if (marker == 0xE1 && length >= 2 + EXIF.length && startsWithExif(file, at + 4)) {
        return readTiff(file.slice(at + 4 + EXIF.length, length - 2 - EXIF.length));
      }
      at += 2 + length;
    }
    return UPRIGHT;
  }

  private static boolean startsWithExif(ByteBuffer file, int at) {
    return file.slice(at, EXIF.length).equals(ByteBuffer.wrap(EXIF));
  }

  private static int readPng(ByteBuffer file) {
    long at = 8;
    while (at + 8 <= file.limit()) {
      long length = file.getInt((int) at) & 0xFFFFFFFFL;
      if (at + 8 + length > file.limit()) {
        return UPRIGHT;
      }
      if (file.getInt((int) at + 4) == PNG_EXIF) {
        return readTiff(file.slice((int) at + 8, (int) length));
      }
      at += 12 + length;
    }
    return UPRIGHT;
  }

  /** The tag of the first directory of a TIFF structure, which EXIF data are. */
  private static int readTiff(ByteBuffer tiff) {
    if (tiff.limit() < 8) {
      return UPRIGHT;
    }
    int signature = tiff.order(ByteOrder.BIG_ENDIAN).getInt(0);
    if (signature == 0x49492A00) {
      tiff.order(ByteOrder.LITTLE_ENDIAN);
    } else if (signature != 0x4D4D002A) {
      return UPRIGHT;
    }
    long directory = tiff.getInt(4) & 0xFFFFFFFFL;
    if (directory + 2 > tiff.limit()) {
      return UPRIGHT;
    }
    int entries = tiff.getShort((int) directory) & 0xFFFF;
    long at = directory + 2;
    for (int entry = 0; entry < entries && at + ENTRY_BYTES <= tiff.limit(); entry++) {
      int offset = (int) at;
      if ((tiff.getShort(offset) & 0xFFFF) == TAG && tiff.getShort(offset + 2) == TYPE_SHORT) {
        int value = tiff.getShort(offset + 8) & 0xFFFF;
        return value >= 1 && value <= 8 ? value : UPRIGHT;
      }
      at += ENTRY_BYTES;
    }
    return UPRIGHT;
  }

  /** The image as it was seen: mirrored, turned or both, by its orientation from 1 to 8. */
  static RgbImage upright(RgbImage image, int orientation) {
    if (orientation == UPRIGHT) {
      return image;
    }
    boolean transposed = orientation >= 5;
    boolean fromRight =
        orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    boolean fromBelow =
        orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    int width = transposed ? image.height : image.width;
    int height = transposed ? image.width : image.height;
    byte[] data = new byte[image.data.length];
    for (int y = 0, at = 0; y < height; y++) {
      for (int x = 0; x < width; x++, at += RgbImage.CHANNELS) {
        int column = transposed ? y : x;
        int row = transposed ? x : y;
        int sourceX = fromRight ? image.width - 1 - column : column;
        int sourceY = fromBelow ? image.height - 1 - row : row;
        int source = (sourceY * image.width + sourceX) * RgbImage.CHANNELS;
        System.arraycopy(image.data, source, data, at, RgbImage.CHANNELS);
      }
    }
    return new RgbImage(width, height, data);
  }
}
