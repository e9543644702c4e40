package org.jennit.models;

import org.bytedeco.pytorch.Tensor;
import org.jennit.nn.AdaptiveAvgPool2d;
import org.jennit.nn.Dropout;
import org.jennit.nn.Linear;
import org.jennit.nn.Sequential;
import org.jennit.nn.SiLU;

/**
 * EfficientNet B0 (Tan and Le 2019), as torchvision builds and initialises it. Images (N, 3, H, W)
 * to logits (N, num_classes); 1000 classes by default.
 */
public final class EfficientNet extends TorchvisionModule {
  private static final long LAST_CHANNEL = 1280;
  private static final double STOCHASTIC_DEPTH = 0.2;
  // Expansion, kernel, stride of the first block, channels, blocks.
  private static final int[][] STAGES = {
    {1, 3, 1, 16, 1},
    {6, 3, 2, 24, 2},
    {6, 5, 2, 40, 2},
    {6, 3, 2, 80, 3},
    {6, 5, 1, 112, 3},
    {6, 5, 2, 192, 4},
    {6, 3, 1, 320, 1}
  };
  private static final int BLOCKS = 16;

  private EfficientNet(long num_classes) {
    register_module("features", features());
    register_module("avgpool", new AdaptiveAvgPool2d(1));
    register_module(
        "classifier",
        new Sequential(new Dropout(0.2, true), new Linear(LAST_CHANNEL, num_classes)));
    Initialization.kaimingFanOut(this);
    Initialization.linearUniform(this);
  }

  private static Sequential features() {
    long channels = 32;
    int block = 0;
    Sequential features =
        new Sequential(new Conv2dNormActivation(3, channels, 3, 2, 1, new SiLU(true)));
    for (int[] stage : STAGES) {
      Sequential blocks = new Sequential();
      for (int i = 0; i < stage[4]; i++) {
        // Later blocks are dropped more often.
        double dropped = STOCHASTIC_DEPTH * block++ / BLOCKS;
        long stride = i == 0 ? stage[2] : 1;
        blocks.append(new MBConv(stage[0], stage[1], stride, channels, stage[3], dropped));
        channels = stage[3];
      }
      features.append(blocks);
    }
    return features.append(
        new Conv2dNormActivation(channels, LAST_CHANNEL, 1, 1, 1, new SiLU(true)));
  }

  // Not in channels_last: its gradient was slower in that order.
  @Override
  protected Tensor compute(Tensor... inputs) {
    return call(call(inputs[0], "features", "avgpool").flatten(1, -1), "classifier");
  }

  /** The new model {@code efficientnet_b0} of 1000 classes. */
  public static EfficientNet efficientnet_b0() {
    return efficientnet_b0(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code efficientnet_b0}.
   *
   * @param num_classes how many logits it has
   */
  public static EfficientNet efficientnet_b0(long num_classes) {
    return new EfficientNet(num_classes);
  }
}
