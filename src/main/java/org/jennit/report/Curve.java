package org.jennit.report;

import java.util.Locale;

/**
 * A curve in a band of height one, a step wide for each value. Its scale goes from the smallest to
 * the largest value that is finite.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Curve(float[] values, float low, float high) {
  // Above and below the curve, in parts of the band; series.js knows it too.
  private static final double MARGIN = 0.12;

  static Curve of(float[] values) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      if (Float.isFinite(value)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    return low <= high ? new Curve(values, low, high) : new Curve(values, 0, 0);
  }

  /** The path of an SVG, in the band that begins at {@code top}; it has gaps where values have. */
  String path(int top) {
    StringBuilder path = new StringBuilder();
    boolean drawing = false;
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        drawing = false;
        continue;
      }
      // A point without length is still a dot where lines have round ends.
      path.append(drawing ? "L" : "M")
          .append(String.format(Locale.ROOT, "%.1f %.4f", i + 0.5, top + depth(values[i])))
          .append(drawing ? "" : "h0");
      drawing = true;
    }
    return path.toString();
  }

  /** How far below the band's top a value lies. */
  private double depth(float value) {
    // Halved before they are subtracted: the span of two large values may be infinite.
    double span = high / 2.0 - low / 2.0;
    double share = span > 0 ? (value / 2.0 - low / 2.0) / span : 0.5;
    return 1 - MARGIN - (1 - 2 * MARGIN) * share;
  }
}
