package org.jennit.models;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.nn.Dropout;
import org.jennit.nn.Linear;
import org.jennit.nn.ReLU6;
import org.jennit.nn.Sequential;

/**
 * MobileNetV2 of width 1 (Sandler et al. 2018), as torchvision builds and initialises it. Images
 * (N, 3, H, W) to logits (N, num_classes); 1000 classes by default.
 */
public final class MobileNetV2 extends TorchvisionModule {
  private static final long LAST_CHANNEL = 1280;
  // Expansion, channels, blocks, stride of the first block.
  private static final int[][] STAGES = {
    {1, 16, 1, 1},
    {6, 24, 2, 2},
    {6, 32, 3, 2},
    {6, 64, 4, 2},
    {6, 96, 3, 1},
    {6, 160, 3, 2},
    {6, 320, 1, 1}
  };

  private MobileNetV2(long num_classes) {
    register_module("features", features());
    register_module(
        "classifier", new Sequential(new Dropout(0.2), new Linear(LAST_CHANNEL, num_classes)));
    Initialization.kaimingFanOut(this);
    Initialization.linearNormal(this, 0.01);
  }

  private static Sequential features() {
    long channels = 32;
    Sequential features =
        new Sequential(new Conv2dNormActivation(3, channels, 3, 2, 1, new ReLU6(true)));
    for (int[] stage : STAGES) {
      for (int i = 0; i < stage[2]; i++) {
        features.append(new InvertedResidual(channels, stage[1], i == 0 ? stage[3] : 1, stage[0]));
        channels = stage[1];
      }
    }
    return features.append(
        new Conv2dNormActivation(channels, LAST_CHANNEL, 1, 1, 1, new ReLU6(true)));
  }

  @Override
  protected Tensor compute(Tensor... inputs) {
    Tensor pooled = torch.adaptive_avg_pool2d(call(images(inputs[0]), "features"), 1, 1);
    return call(pooled.flatten(1, -1), "classifier");
  }

  /** The new model {@code mobilenet_v2} of 1000 classes. */
  public static MobileNetV2 mobilenet_v2() {
    return mobilenet_v2(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code mobilenet_v2}.
   *
   * @param num_classes how many logits it has
   */
  public static MobileNetV2 mobilenet_v2(long num_classes) {
    return new MobileNetV2(num_classes);
  }
}
