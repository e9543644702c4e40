package org.jennit.image.transform;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DirectColorModel;
import java.awt.image.Raster;

/**
 * 8-bit pixels without alpha: {@code data[(y * width + x) * 3 + channel]}, channels red, green,
 * blue.
 */
final class RgbImage {

  static final int CHANNELS = 3;

  final int width;
  final int height;
  final byte[] data;

  /** Takes the array over. */
  RgbImage(int width, int height, byte[] data) {
    this.width = width;
    this.height = height;
    this.data = data;
  }

  /**
   * The samples as they are stored: grey is copied to three channels, alpha is dropped, of 16 bits
   * the high byte stays, and no colour profile is applied. (BufferedImage's own conversion would
   * bend grey values and round 16 bits.)
   */
  static RgbImage of(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] data = new byte[Math.multiplyExact(Math.multiplyExact(width, height), CHANNELS)];
    int bits = plainBits(image.getColorModel());
    for (int y = 0; y < height; y++) {
      int offset = y * width * CHANNELS;
      if (bits > 0 && image.getColorModel().getNumColorComponents() == 4) {
        copyCmyk(image.getRaster(), y, bits - 8, data, offset);
      } else if (bits > 0) {
        copySamples(image.getRaster(), y, bits - 8, data, offset);
      } else {
        copyConverted(image, y, data, offset);
      }
    }
    return new RgbImage(width, height, data);
  }

  /** 8 or 16 where the raster's bands are grey, RGB or CMYK values of that many bits, else 0. */
  private static int plainBits(ColorModel model) {
    int type = model.getColorSpace().getType();
    int transfer = model.getTransferType();
    boolean integers =
        model instanceof DirectColorModel
            || (model instanceof ComponentColorModel
                && (transfer == DataBuffer.TYPE_BYTE || transfer == DataBuffer.TYPE_USHORT));
    if (!integers
        || model.isAlphaPremultiplied()
        || (type != ColorSpace.TYPE_GRAY
            && type != ColorSpace.TYPE_RGB
            && type != ColorSpace.TYPE_CMYK)) {
      return 0;
    }
    int bits = model.getComponentSize(0);
    for (int component = 1; component < model.getNumColorComponents(); component++) {
      if (model.getComponentSize(component) != bits) {
        return 0;
      }
    }
    return bits == 8 || bits == 16 ? bits : 0;
  }

  private static void copySamples(Raster raster, int y, int shift, byte[] data, int offset) {
    int bands = raster.getNumBands();
    int[] row = raster.getPixels(0, y, raster.getWidth(), 1, (int[]) null);
    int step = bands >= CHANNELS ? 1 : 0;
    for (int pixel = 0, at = offset; pixel < row.length; pixel += bands) {
      for (int channel = 0; channel < CHANNELS; channel++) {
        data[at++] = (byte) (row[pixel + channel * step] >> shift);
      }
    }
  }

  /** Ink on ink multiplies: (1 - c)(1 - k), in Pillow's rounded bytes. */
  private static void copyCmyk(Raster raster, int y, int shift, byte[] data, int offset) {
    int bands = raster.getNumBands();
    int[] row = raster.getPixels(0, y, raster.getWidth(), 1, (int[]) null);
    for (int pixel = 0, at = offset; pixel < row.length; pixel += bands) {
      int light = 255 - (row[pixel + 3] >> shift);
      for (int channel = 0; channel < CHANNELS; channel++) {
        int product = (row[pixel + channel] >> shift) * light + 128;
        data[at++] = (byte) (light - ((product + (product >> 8)) >> 8));
      }
    }
  }

  private static void copyConverted(BufferedImage image, int y, byte[] data, int offset) {
    int[] row = image.getRGB(0, y, image.getWidth(), 1, null, 0, image.getWidth());
    int at = offset;
    for (int argb : row) {
      data[at++] = (byte) (argb >> 16);
      data[at++] = (byte) (argb >> 8);
      data[at++] = (byte) argb;
    }
  }
}
