package org.jennit.explain;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;

/**
 * One output to explain.
 *
 * @param rank 0 for each sample's largest output, 1 for the second, ...; -1 for a fixed one
 * @param index of the fixed output, else -1
 * @param suffix in the names of files; empty where no other target can be
 */
public record Target(int rank, int index, String suffix) {
  static Target ofRank(int rank, String suffix) {
    return new Target(rank, -1, suffix);
  }

  static Target ofClass(int index) {
    return new Target(-1, index, Integer.toString(index));
  }

  /**
   * The output of each sample that this is.
   *
   * @param order N x outputs, int64 on the CPU: the outputs of each sample, the largest first
   */
  public long[] indices(Tensor order) {
    long[] indices = new long[(int) order.size(0)];
    Arrays.fill(indices, index);
    for (int sample = 0; rank >= 0 && sample < indices.length; sample++) {
      indices[sample] = order.get(sample).get(rank).item_long();
    }
    return indices;
  }
}
