package org.jennit.image.transform;

/**
 * The filter of an antialiased resize, as torchvision's {@code InterpolationMode} names it. When an
 * image shrinks, the filter is stretched by the scale, so that every source pixel counts.
 */
public enum Interpolation {
  /** A triangle of radius 1. */
  BILINEAR(1) {
    @Override
    double weight(double distance) {
      double x = Math.abs(distance);
      return x < 1 ? 1 - x : 0;
    }
  },

  /**
   * Keys' cubic convolution of radius 2 with a = -0.5 (IEEE TASSP 29(6), 1981), the value Pillow
   * takes.
   */
  BICUBIC(2) {
    @Override
    double weight(double distance) {
      double x = Math.abs(distance);
      if (x < 1) {
        return ((A + 2) * x - (A + 3)) * x * x + 1;
      }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
    }
  };

  private static final double A = -0.5;

  final double radius;

  Interpolation(double radius) {
    this.radius = radius;
  }

  /** The filter's value at a distance in (stretched) pixels from its centre. */
  abstract double weight(double distance);
}
