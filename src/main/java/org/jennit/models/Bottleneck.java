package org.jennit.models;

import org.bytedeco.pytorch.Tensor;
import org.jennit.nn.BatchNorm2d;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;

/**
 * The block of the large ResNets: a 1 x 1, a 3 x 3 and a 1 x 1 convolution. The stride is that of
 * the 3 x 3 convolution, as in torchvision (version 1.5 of the architecture).
 */
public final class Bottleneck extends ResidualBlock {
  static final long EXPANSION = 4;

  /**
   * @param width channels of the 3 x 3 convolution
   * @param downsample projects the input to the shape of the residual; null where they agree
   */
  Bottleneck(long inplanes, long planes, long width, long groups, long stride, Module downsample) {
    long out = planes * EXPANSION;
    register_module("conv1", new Conv2d(ResNet.convolution(inplanes, width, 1, 1)));
    register_module("bn1", new BatchNorm2d(width));
    register_module(
        "conv2", new Conv2d(ResNet.convolution(width, width, 3, stride).groups(groups)));
    register_module("bn2", new BatchNorm2d(width));
    register_module("conv3", new Conv2d(ResNet.convolution(width, out, 1, 1)));
    register_module("bn3", new BatchNorm2d(out));
    register_module("relu", new ReLU(true));
    if (downsample != null) {
      register_module("downsample", downsample);
    }
  }

  @Override
  public Tensor residual(Tensor input) {
    return call(input, "conv1", "bn1", "relu", "conv2", "bn2", "relu", "conv3", "bn3");
  }

  @Override
  public Tensor identity(Tensor input) {
    return named_children().containsKey("downsample") ? call(input, "downsample") : input;
  }

  @Override
  public Tensor activate(Tensor sum) {
    return call(sum, "relu");
  }
}
