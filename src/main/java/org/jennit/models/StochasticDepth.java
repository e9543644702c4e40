package org.jennit.models;

import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jennit.nn.Module;

/**
 * Drops whole samples of a residual with probability p and scales the others, in training alone
 * (Huang et al. 2016, the mode "row" of torchvision). (N, ...) to the same.
 */
public final class StochasticDepth extends Module {
  private final double p;

  StochasticDepth(double p) {
    this.p = p;
  }

  @Override
  protected Tensor compute(Tensor... inputs) {
    Tensor input = inputs[0];
    if (!is_training() || p == 0) {
      return input;
    }
    long[] shape = new long[(int) input.dim()];
    java.util.Arrays.fill(shape, 1);
    shape[0] = input.size(0);
    Tensor kept = input.new_empty(shape).bernoulli_(1 - p, new GeneratorOptional());
    return input.mul(kept.div(new Scalar(1 - p)));
  }

  @Override
  protected String extra_repr() {
    return "p=" + p + ", mode=row";
  }
}
