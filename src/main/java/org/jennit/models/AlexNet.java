package org.jennit.models;

import org.bytedeco.pytorch.Tensor;
import org.jennit.nn.AdaptiveAvgPool2d;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Dropout;
import org.jennit.nn.Linear;
import org.jennit.nn.MaxPool2d;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;

/**
 * AlexNet in the variant of one tower (Krizhevsky 2014), as torchvision builds and initialises it.
 * Images (N, 3, H, W), at least 63 x 63, to logits (N, num_classes); 1000 classes by default.
 */
public final class AlexNet extends TorchvisionModule {

  private AlexNet(long num_classes) {
    register_module(
        "features",
        new Sequential(
            new Conv2d(3, 64, 11, 4, 2),
            new ReLU(true),
            new MaxPool2d(3, 2),
            new Conv2d(64, 192, 5, 1, 2),
            new ReLU(true),
            new MaxPool2d(3, 2),
            new Conv2d(192, 384, 3, 1, 1),
            new ReLU(true),
            new Conv2d(384, 256, 3, 1, 1),
            new ReLU(true),
            new Conv2d(256, 256, 3, 1, 1),
            new ReLU(true),
            new MaxPool2d(3, 2)));
    register_module("avgpool", new AdaptiveAvgPool2d(6, 6));
    register_module(
        "classifier",
        new Sequential(
            new Dropout(),
            new Linear(256 * 6 * 6, 4096),
            new ReLU(true),
            new Dropout(),
            new Linear(4096, 4096),
            new ReLU(true),
            new Linear(4096, num_classes)));
  }

  @Override
  protected Tensor compute(Tensor... inputs) {
    return call(call(images(inputs[0]), "features", "avgpool").flatten(1, -1), "classifier");
  }

  /** The new model {@code alexnet} of 1000 classes. */
  public static AlexNet alexnet() {
    return alexnet(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code alexnet}.
   *
   * @param num_classes how many logits it has
   */
  public static AlexNet alexnet(long num_classes) {
    return new AlexNet(num_classes);
  }
}
