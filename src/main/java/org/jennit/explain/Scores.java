package org.jennit.explain;

import java.util.Arrays;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.internal.Tensors;

/**
 * The outputs of a model for some samples.
 *
 * @param values N x outputs, float64 on the CPU
 * @param order N x outputs, int64 on the CPU: the outputs of each sample, the largest first
 */
public record Scores(Tensor values, Tensor order, Labels labels) {
  /**
   * Keeps the tensors, which stay their maker's.
   *
   * @throws IllegalArgumentException where they are no two tables of one size, of these dtypes
   */
  public Scores {
    requireTable("values", values, ScalarType.Double);
    requireTable("order", order, ScalarType.Long);
    Objects.requireNonNull(labels, "labels is null");
    if (!Arrays.equals(values.shape(), order.shape())) {
      throw new IllegalArgumentException(
          "values are "
              + Arrays.toString(values.shape())
              + ", but order is "
              + Arrays.toString(order.shape()));
    }
  }

  private static void requireTable(String what, Tensor tensor, ScalarType dtype) {
    Tensors.require(what, tensor);
    if (tensor.dim() != 2 || tensor.scalar_type().intern() != dtype || tensor.is_sparse()) {
      throw new IllegalArgumentException(
          what
              + " must be N x outputs of "
              + dtype
              + ", not "
              + Arrays.toString(tensor.shape())
              + " of "
              + tensor.scalar_type().intern());
    }
  }

  /** How many there are of each sample. */
  public long outputs() {
    Tensors.require("values", values);
    return values.size(1);
  }

  /**
   * One output of one sample.
   *
   * @throws IndexOutOfBoundsException where there is none
   */
  public double value(int sample, int index) {
    return at(values, sample, index).item_double();
  }

  /** The name of an output. */
  public String label(int index) {
    return labels.name(index, outputs());
  }

  /**
   * The output of this rank, 0 for the largest.
   *
   * @throws IndexOutOfBoundsException where there is none
   */
  public int ranked(int sample, int rank) {
    return (int) at(order, sample, rank).item_long();
  }

  private static Tensor at(Tensor table, int sample, int column) {
    Tensors.require("scores", table);
    return table
        .get(Objects.checkIndex(sample, table.size(0)))
        .get(Objects.checkIndex(column, table.size(1)));
  }

  /**
   * Those of one sample alone.
   *
   * @throws IndexOutOfBoundsException where there is none
   */
  public Scores of(int sample) {
    Tensors.require("scores", values);
    Objects.checkIndex(sample, values.size(0));
    return new Scores(values.narrow(0, sample, 1), order.narrow(0, sample, 1), labels);
  }
}
