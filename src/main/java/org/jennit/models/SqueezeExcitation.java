package org.jennit.models;

import org.bytedeco.pytorch.Tensor;
import org.jennit.nn.AdaptiveAvgPool2d;
import org.jennit.nn.Conv2d;
import org.jennit.nn.SiLU;
import org.jennit.nn.Sigmoid;

/**
 * Weighs each channel by what it finds in all of them (Hu et al. 2018): (N, C, H, W) to the same.
 */
public final class SqueezeExcitation extends TorchvisionModule {

  SqueezeExcitation(long input_channels, long squeeze_channels) {
    register_module("avgpool", new AdaptiveAvgPool2d(1));
    register_module("fc1", new Conv2d(input_channels, squeeze_channels, 1));
    register_module("fc2", new Conv2d(squeeze_channels, input_channels, 1));
    register_module("activation", new SiLU(true));
    register_module("scale_activation", new Sigmoid());
  }

  /** The weights of the channels, (N, C, 1, 1), between 0 and 1. */
  public Tensor scale(Tensor input) {
    return call(input, "avgpool", "fc1", "activation", "fc2", "scale_activation");
  }

  @Override
  protected Tensor compute(Tensor... inputs) {
    return scale(inputs[0]).mul(inputs[0]);
  }
}
