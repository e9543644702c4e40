package org.jennit.models;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jennit.nn.LayerNorm;
import org.jennit.nn.Linear;

/** Four neighbours become one position of twice the features: (N, H, W, C) to (N, H/2, W/2, 2C). */
public final class PatchMerging extends TorchvisionModule {

  PatchMerging(long dim) {
    register_module("reduction", new Linear(4 * dim, 2 * dim, false));
    register_module("norm", new LayerNorm(4 * dim));
  }

  @Override
  protected Tensor compute(Tensor... inputs) {
    Tensor x =
        torch.constant_pad_nd(inputs[0], 0, 0, 0, inputs[0].size(2) % 2, 0, inputs[0].size(1) % 2);
    Tensor merged =
        torch.cat(
            new TensorVector(every(x, 0, 0), every(x, 1, 0), every(x, 0, 1), every(x, 1, 1)), -1);
    return call(merged, "norm", "reduction");
  }

  private static Tensor every(Tensor x, long row, long column) {
    LongOptional end = new LongOptional();
    return x.slice(1, new LongOptional(row), end, 2).slice(2, new LongOptional(column), end, 2);
  }
}
