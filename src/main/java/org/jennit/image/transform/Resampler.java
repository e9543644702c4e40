package org.jennit.image.transform;

/**
 * Separable resize as Pillow does it for 8-bit pixels: rows first, rounded and clipped to bytes,
 * then columns, rounded again. The two roundings are part of the result, so they are kept.
 */
final class Resampler {

  private static final int HALF = 1 << (ResampleAxis.PRECISION_BITS - 1);

  private Resampler() {}

  static RgbImage resample(RgbImage image, ResampleAxis horizontal, ResampleAxis vertical) {
    int top = vertical.inputStart();
    byte[] rows = resampleRows(image, horizontal, top, vertical.inputEnd());
    byte[] data = resampleColumns(rows, horizontal.size() * RgbImage.CHANNELS, top, vertical);
    return new RgbImage(horizontal.size(), vertical.size(), data);
  }

  private static byte[] resampleRows(RgbImage image, ResampleAxis axis, int top, int bottom) {
    byte[] input = image.data;
    byte[] output = new byte[(bottom - top) * axis.size() * RgbImage.CHANNELS];
    int at = 0;
    for (int y = top; y < bottom; y++) {
      for (int x = 0; x < axis.size(); x++) {
        int start = (y * image.width + axis.first[x]) * RgbImage.CHANNELS;
        for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
          output[at++] = weigh(input, start + channel, RgbImage.CHANNELS, axis.weights[x]);
        }
      }
    }
    return output;
  }

  private static byte[] resampleColumns(byte[] input, int stride, int top, ResampleAxis axis) {
    byte[] output = new byte[axis.size() * stride];
    int at = 0;
    for (int y = 0; y < axis.size(); y++) {
      int start = (axis.first[y] - top) * stride;
      for (int column = 0; column < stride; column++) {
        output[at++] = weigh(input, start + column, stride, axis.weights[y]);
      }
    }
    return output;
  }

  private static byte weigh(byte[] input, int start, int stride, int[] weights) {
    int sum = HALF;
    int at = start;
    for (int weight : weights) {
      sum += (input[at] & 0xFF) * weight;
      at += stride;
    }
    return (byte) Math.min(Math.max(sum >> ResampleAxis.PRECISION_BITS, 0), 255);
  }
}
