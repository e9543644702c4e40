package org.jennit.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jennit.explain.Scores;
import org.jennit.report.Prediction;

/** What a report says of a model's outputs. */
final class Predictions {
  private static final int LARGEST = 5;

  private Predictions() {}

  /**
   * The largest outputs of one sample, and those that its relevance is about.
   *
   * @param against what is explained away, or null
   */
  static List<Prediction> of(Scores scores, int explained, Integer against) {
    Set<Integer> shown = new LinkedHashSet<>();
    for (int rank = 0; rank < Math.min(LARGEST, scores.outputs()); rank++) {
      shown.add(scores.ranked(0, rank));
    }
    shown.add(explained);
    if (against != null) {
      shown.add(against);
    }
    List<Prediction> predictions = new ArrayList<>();
    for (int index : shown) {
      predictions.add(
          new Prediction(scores.label(index), scores.value(0, index), index == explained));
    }
    return predictions;
  }
}
