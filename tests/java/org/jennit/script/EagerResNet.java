package org.jennit.script;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.nn.AdaptiveAvgPool2d;
import org.jennit.nn.BatchNorm2d;
import org.jennit.nn.Conv2d;
import org.jennit.nn.ConvOptions;
import org.jennit.nn.Linear;
import org.jennit.nn.MaxPool2d;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.nn.Sum;

/** The residual network of the files, written by hand, with its additions as Sum. */
final class EagerResNet extends Module {
  private static final class Block extends Module {
    Block() {
      for (int i = 1; i <= 2; i++) {
        register_module("conv" + i, new Conv2d(new ConvOptions(6, 6, 3).padding(1).bias(false)));
        register_module("bn" + i, new BatchNorm2d(6));
      }
      register_module("relu", new ReLU());
      register_module("add", new Sum());
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      Tensor inner = call("relu", call("bn1", call("conv1", inputs[0])));
      Tensor main = call("bn2", call("conv2", inner));
      return call(
          "relu",
          call("add", torch.stack(new org.bytedeco.pytorch.TensorVector(main, inputs[0]), -1)));
    }

    private Tensor call(String name, Tensor input) {
      return get_submodule(name).forward(input);
    }
  }

  EagerResNet() {
    register_module("conv1", new Conv2d(3, 6, 5, 2, 2));
    register_module("bn1", new BatchNorm2d(6));
    register_module("relu", new ReLU());
    register_module("pool", new MaxPool2d(2));
    register_module("layer1", new Sequential(new Block(), new Block()));
    register_module("avgpool", new AdaptiveAvgPool2d(1));
    register_module("fc", new Linear(6, 4));
    eval();
  }

  @Override
  protected Tensor compute(Tensor... inputs) {
    Tensor x = inputs[0];
    for (String name : new String[] {"conv1", "bn1", "relu", "pool", "layer1", "avgpool"}) {
      x = get_submodule(name).forward(x);
    }
    return get_submodule("fc").forward(x.flatten(1, -1));
  }
}
