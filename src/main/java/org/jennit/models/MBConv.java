package org.jennit.models;

import org.bytedeco.pytorch.Tensor;
import org.jennit.nn.Sequential;
import org.jennit.nn.SiLU;

/**
 * The block of EfficientNet: an inverted residual with squeeze and excitation. The input is added
 * where it has the output's shape.
 */
public final class MBConv extends ResidualBlock {
  private final boolean adds;

  MBConv(
      long expand_ratio,
      long kernel,
      long stride,
      long input_channels,
      long out_channels,
      double stochastic_depth_prob) {
    adds = stride == 1 && input_channels == out_channels;
    long expanded = input_channels * expand_ratio;
    Sequential block = new Sequential();
    if (expand_ratio != 1) {
      block.append(new Conv2dNormActivation(input_channels, expanded, 1, 1, 1, new SiLU(true)));
    }
    block.append(
        new Conv2dNormActivation(expanded, expanded, kernel, stride, expanded, new SiLU(true)));
    block.append(new SqueezeExcitation(expanded, Math.max(1, input_channels / 4)));
    block.append(new Conv2dNormActivation(expanded, out_channels, 1, 1, 1, null));
    register_module("block", block);
    register_module("stochastic_depth", new StochasticDepth(stochastic_depth_prob));
  }

  @Override
  public Tensor residual(Tensor input) {
    return adds ? call(input, "block", "stochastic_depth") : call(input, "block");
  }

  @Override
  public boolean adds() {
    return adds;
  }
}
