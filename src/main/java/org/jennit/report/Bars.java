package org.jennit.report;

import java.util.List;
import java.util.Locale;

/** Bars that begin at zero, one scale for all scores of an entry. */
record Bars(double low, double high) {
  /** The scale on which the finite ones of these scores, and zero, just fit. */
  static Bars of(List<Prediction> predictions) {
    double low = 0;
    double high = 0;
    for (Prediction prediction : predictions) {
      if (Double.isFinite(prediction.score())) {
        low = Math.min(low, prediction.score());
        high = Math.max(high, prediction.score());
      }
    }
    return new Bars(low, high);
  }

  /** The bar of a score; none where it has no length. */
  String bar(double score) {
    if (!Double.isFinite(score) || score == 0) {
      return "";
    }
    return String.format(
        Locale.ROOT,
        "<i style=\"margin-left: %.2f%%; width: %.2f%%\"></i>",
        percent(Math.min(score, 0) - low),
        percent(Math.abs(score)));
  }

  // Halved before they are subtracted: the span of two large scores may be infinite.
  private double percent(double length) {
    return 100 * (length / 2 / (high / 2 - low / 2));
  }
}
