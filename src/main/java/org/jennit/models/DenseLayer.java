package org.jennit.models;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jennit.nn.BatchNorm2d;
import org.jennit.nn.Conv2d;
import org.jennit.nn.ConvOptions;
import org.jennit.nn.ReLU;

/**
 * One layer of a {@link DenseBlock}: all features so far, (N, C1, H, W), (N, C2, H, W), ..., to its
 * own, (N, growth_rate, H, W).
 */
public final class DenseLayer extends TorchvisionModule {

  DenseLayer(long num_input_features, long growth_rate, long bn_size) {
    long width = bn_size * growth_rate;
    register_module("norm1", new BatchNorm2d(num_input_features));
    register_module("relu1", new ReLU(true));
    register_module("conv1", new Conv2d(new ConvOptions(num_input_features, width, 1).bias(false)));
    register_module("norm2", new BatchNorm2d(width));
    register_module("relu2", new ReLU(true));
    register_module(
        "conv2", new Conv2d(new ConvOptions(width, growth_rate, 3).padding(1).bias(false)));
  }

  @Override
  protected Tensor compute(Tensor... inputs) {
    Tensor features = torch.cat(new TensorVector(inputs), 1);
    return call(features, "norm1", "relu1", "conv1", "norm2", "relu2", "conv2");
  }
}
