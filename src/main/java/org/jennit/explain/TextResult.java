package org.jennit.explain;

import org.bytedeco.pytorch.Tensor;

/**
 * The relevance of one text's tokens for one target.
 *
 * @param index the output that this is for
 * @param against the output whose value is taken from it; null for none
 * @param position the token whose outputs these are, from 0; null where the model answers for the
 *     text as a whole
 * @param scores all outputs, of one sample
 * @param relevance one value for each token: float64, on the CPU, of whoever made it
 */
public record TextResult(
    int index, Integer against, Long position, Scores scores, Tensor relevance) {

  /** The name of the output that this is for. */
  public String label() {
    return scores.label(index);
  }

  /** The value of that output. */
  public double score() {
    return scores.value(0, index);
  }
}
