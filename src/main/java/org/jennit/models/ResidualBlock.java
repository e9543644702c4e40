package org.jennit.models;

import org.bytedeco.pytorch.Tensor;

/**
 * A block that adds what its layers compute to its input, or to a projection of it. Its parts can
 * be called one by one, so that a canonizer can put a module in the place of the addition.
 */
public abstract class ResidualBlock extends TorchvisionModule {

  /** What the layers compute: (N, C, H, W) to the summand's shape. */
  public abstract Tensor residual(Tensor input);

  /** The other summand; the input itself by default. */
  public Tensor identity(Tensor input) {
    return input;
  }

  /** What follows the addition; nothing by default. */
  public Tensor activate(Tensor sum) {
    return sum;
  }

  /** Whether there is an addition; true by default. */
  public boolean adds() {
    return true;
  }

  @Override
  protected Tensor compute(Tensor... inputs) {
    Tensor residual = residual(inputs[0]);
    return activate(adds() ? residual.add(identity(inputs[0])) : residual);
  }
}
