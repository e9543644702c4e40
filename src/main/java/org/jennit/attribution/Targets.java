package org.jennit.attribution;

import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.jennit.internal.Scoped;

/** One at the target of each sample, zero elsewhere, in the shape and dtype of the output. */
final class Targets implements Weighting {
  private final long[] indices;

  Targets(long... indices) {
    if (indices.length == 0) {
      throw new IllegalArgumentException("at least one target is needed");
    }
    this.indices = indices.clone();
  }

  @Override
  public Tensor apply(Tensor output) {
    long[] shape = output.shape();
    check(shape);
    return Scoped.tensor(
        () -> {
          Tensor index = Tensor.create(indices).to(output.device(), torch.ScalarType.Long);
          long[] target = shape.clone();
          int classes = shape.length == 1 ? 0 : 1;
          target[classes] = 1;
          long[] column = new long[shape.length];
          Arrays.fill(column, 1);
          column[0] = indices.length;
          return torch
              .zeros_like(output.detach())
              .scatter(classes, index.view(column).expand(target), new Scalar(1.0));
        });
  }

  private void check(long[] shape) {
    if (shape.length == 0) {
      throw new JennitException(
          "a target needs an output of several values, but the output is one number");
    }
    long samples = shape.length == 1 ? 1 : shape[0];
    long classes = shape.length == 1 ? shape[0] : shape[1];
    if (indices.length != 1 && indices.length != samples) {
      throw new JennitException(
          indices.length
              + " targets were given for "
              + samples
              + " samples: give one, or one for each");
    }
    for (long index : indices) {
      if (index < 0 || index >= classes) {
        throw new JennitException(
            "there is no target " + index + ": the model's outputs go from 0 to " + (classes - 1));
      }
    }
  }
}
