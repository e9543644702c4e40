package org.jennit.image.transform;

/**
 * The weights of one direction of a resize, in Pillow's fixed point: output pixel {@code i} is the
 * sum of {@code weights[i][k]} times input pixel {@code first[i] + k}, over {@code
 * 2^PRECISION_BITS}. Only a stretch of the output is held, since a crop follows.
 */
final class ResampleAxis {

  /** 32 bits less 8 of the pixel and 2 of headroom for filters that overshoot. */
  static final int PRECISION_BITS = 22;

  final int[] first;
  final int[][] weights;

  private ResampleAxis(int[] first, int[][] weights) {
    this.first = first;
    this.weights = weights;
  }

  /**
   * @param inputSize pixels of the whole input
   * @param outputSize pixels of the whole output
   * @param start the first output pixel that is wanted
   * @param count how many are wanted
   */
  static ResampleAxis of(
      Interpolation interpolation, int inputSize, long outputSize, long start, int count) {
    double scale = (double) inputSize / outputSize;
    double stretch = Math.max(scale, 1);
    double radius = interpolation.radius * stretch;
    int[] first = new int[count];
    int[][] weights = new int[count][];
    for (int i = 0; i < count; i++) {
      double center = (start + i + 0.5) * scale;
      first[i] = (int) Math.max(center - radius + 0.5, 0);
      int end = (int) Math.min(center + radius + 0.5, inputSize);
      weights[i] = fixedPoint(interpolation, center, first[i], end - first[i], 1 / stretch);
    }
    return new ResampleAxis(first, weights);
  }

  // The order of operations is Pillow's: another one rounds some weights differently.
  private static int[] fixedPoint(
      Interpolation interpolation, double center, int first, int count, double shrink) {
    double[] values = new double[count];
    double sum = 0;
    for (int k = 0; k < count; k++) {
      values[k] = interpolation.weight((k + first - center + 0.5) * shrink);
      sum += values[k];
    }
    int[] fixed = new int[count];
    for (int k = 0; k < count; k++) {
      double value = values[k] / sum * (1 << PRECISION_BITS);
      fixed[k] = (int) (value < 0 ? value - 0.5 : value + 0.5);
    }
    return fixed;
  }

  int size() {
    return first.length;
  }

  /** The first input pixel that any output pixel reads. */
  int inputStart() {
    return first[0];
  }

  /** One past the last input pixel that any output pixel reads. */
  int inputEnd() {
    return first[size() - 1] + weights[size() - 1].length;
  }
}
