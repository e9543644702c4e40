package org.jennit.report;

import java.util.Objects;

/**
 * One output of a model.
 *
 * @param label the name of the output, any text
 * @param score its value, of any scale; may be NaN or infinite
 * @param target whether the relevance explains this output
 */
public record Prediction(String label, double score, boolean target) {
  public Prediction {
    Objects.requireNonNull(label, "label is null");
  }
}
