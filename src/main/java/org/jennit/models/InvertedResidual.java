package org.jennit.models;

import org.bytedeco.pytorch.Tensor;
import org.jennit.nn.BatchNorm2d;
import org.jennit.nn.Conv2d;
import org.jennit.nn.ConvOptions;
import org.jennit.nn.ReLU6;
import org.jennit.nn.Sequential;

/**
 * The block of MobileNetV2: widened by a 1 x 1 convolution, a 3 x 3 convolution within each
 * channel, narrowed by a 1 x 1 convolution. The input is added where it has the output's shape.
 */
public final class InvertedResidual extends ResidualBlock {
  private final boolean adds;

  InvertedResidual(long inp, long oup, long stride, long expand_ratio) {
    adds = stride == 1 && inp == oup;
    long hidden = inp * expand_ratio;
    Sequential conv = new Sequential();
    if (expand_ratio != 1) {
      conv.append(new Conv2dNormActivation(inp, hidden, 1, 1, 1, new ReLU6(true)));
    }
    conv.append(new Conv2dNormActivation(hidden, hidden, 3, stride, hidden, new ReLU6(true)));
    conv.append(new Conv2d(new ConvOptions(hidden, oup, 1).bias(false)));
    conv.append(new BatchNorm2d(oup));
    register_module("conv", conv);
  }

  @Override
  public Tensor residual(Tensor input) {
    return call(input, "conv");
  }

  @Override
  public boolean adds() {
    return adds;
  }
}
