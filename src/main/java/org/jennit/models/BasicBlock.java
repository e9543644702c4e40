package org.jennit.models;

import org.bytedeco.pytorch.Tensor;
import org.jennit.nn.BatchNorm2d;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;

/** The block of the small ResNets: two 3 x 3 convolutions. */
public final class BasicBlock extends ResidualBlock {
  static final long EXPANSION = 1;

  /**
   * @param downsample projects the input to the shape of the residual; null where they agree
   */
  BasicBlock(long inplanes, long planes, long stride, Module downsample) {
    register_module("conv1", new Conv2d(ResNet.convolution(inplanes, planes, 3, stride)));
    register_module("bn1", new BatchNorm2d(planes));
    register_module("relu", new ReLU(true));
    register_module("conv2", new Conv2d(ResNet.convolution(planes, planes, 3, 1)));
    register_module("bn2", new BatchNorm2d(planes));
    if (downsample != null) {
      register_module("downsample", downsample);
    }
  }

  @Override
  public Tensor residual(Tensor input) {
    return call(input, "conv1", "bn1", "relu", "conv2", "bn2");
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
