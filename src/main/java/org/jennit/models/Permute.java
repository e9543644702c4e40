package org.jennit.models;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.jennit.nn.Module;

/** The dimensions of a tensor in another order. */
public final class Permute extends Module {
  private final long[] dims;

  Permute(long... dims) {
    this.dims = dims;
  }

  @Override
  protected Tensor compute(Tensor... inputs) {
    return inputs[0].permute(dims);
  }

  @Override
  protected String extra_repr() {
    return "dims=" + Arrays.toString(dims);
  }
}
