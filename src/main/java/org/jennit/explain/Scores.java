package org.jennit.explain;

import org.bytedeco.pytorch.Tensor;

/**
 * The outputs of a model for some samples.
 *
 * @param values N x outputs, float64 on the CPU
 * @param order N x outputs, int64 on the CPU: the outputs of each sample, the largest first
 */
public record Scores(Tensor values, Tensor order, Labels labels) {
  /** How many there are of each sample. */
  public long outputs() {
    return values.size(1);
  }

  /** One output of one sample. */
  public double value(int sample, int index) {
    return values.get(sample).get(index).item_double();
  }

  /** The name of an output. */
  public String label(int index) {
    return labels.name(index, outputs());
  }

  /** The output of this rank, 0 for the largest. */
  public int ranked(int sample, int rank) {
    return (int) order.get(sample).get(rank).item_long();
  }

  /** Those of one sample alone. */
  public Scores of(int sample) {
    return new Scores(values.narrow(0, sample, 1), order.narrow(0, sample, 1), labels);
  }
}
