package org.jennit.models;

import org.bytedeco.pytorch.Tensor;
import org.jennit.nn.AdaptiveAvgPool2d;
import org.jennit.nn.BatchNorm2d;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Dropout;
import org.jennit.nn.Linear;
import org.jennit.nn.MaxPool2d;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;

/**
 * VGG of 11, 13, 16 and 19 layers, with and without batch norm (Simonyan and Zisserman 2015), as
 * torchvision builds and initialises it. Images (N, 3, H, W), at least 32 x 32, to logits (N,
 * num_classes); 1000 classes by default.
 */
public final class VGG extends TorchvisionModule {
  // Convolutions of each of the five stages; a max pooling ends each.
  private static final int[] A = {1, 1, 2, 2, 2};
  private static final int[] B = {2, 2, 2, 2, 2};
  private static final int[] D = {2, 2, 3, 3, 3};
  private static final int[] E = {2, 2, 4, 4, 4};
  private static final long[] CHANNELS = {64, 128, 256, 512, 512};

  private VGG(int[] convolutions, boolean batch_norm, long num_classes) {
    register_module("features", features(convolutions, batch_norm));
    register_module("avgpool", new AdaptiveAvgPool2d(7, 7));
    register_module(
        "classifier",
        new Sequential(
            new Linear(512 * 7 * 7, 4096),
            new ReLU(true),
            new Dropout(),
            new Linear(4096, 4096),
            new ReLU(true),
            new Dropout(),
            new Linear(4096, num_classes)));
    Initialization.kaimingFanOut(this);
    Initialization.linearNormal(this, 0.01);
  }

  private static Sequential features(int[] convolutions, boolean batch_norm) {
    Sequential features = new Sequential();
    long in_channels = 3;
    for (int stage = 0; stage < CHANNELS.length; stage++) {
      long channels = CHANNELS[stage];
      for (int i = 0; i < convolutions[stage]; i++) {
        features.append(new Conv2d(in_channels, channels, 3, 1, 1));
        if (batch_norm) {
          features.append(new BatchNorm2d(channels));
        }
        features.append(new ReLU(true));
        in_channels = channels;
      }
      features.append(new MaxPool2d(2, 2));
    }
    return features;
  }

  @Override
  protected Tensor compute(Tensor... inputs) {
    return call(call(images(inputs[0]), "features", "avgpool").flatten(1, -1), "classifier");
  }

  /** The new model {@code vgg11} of 1000 classes. */
  public static VGG vgg11() {
    return vgg11(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code vgg11}.
   *
   * @param num_classes how many logits it has
   */
  public static VGG vgg11(long num_classes) {
    return new VGG(A, false, num_classes);
  }

  /** The new model {@code vgg11_bn} of 1000 classes. */
  public static VGG vgg11_bn() {
    return vgg11_bn(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code vgg11_bn}.
   *
   * @param num_classes how many logits it has
   */
  public static VGG vgg11_bn(long num_classes) {
    return new VGG(A, true, num_classes);
  }

  /** The new model {@code vgg13} of 1000 classes. */
  public static VGG vgg13() {
    return vgg13(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code vgg13}.
   *
   * @param num_classes how many logits it has
   */
  public static VGG vgg13(long num_classes) {
    return new VGG(B, false, num_classes);
  }

  /** The new model {@code vgg13_bn} of 1000 classes. */
  public static VGG vgg13_bn() {
    return vgg13_bn(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code vgg13_bn}.
   *
   * @param num_classes how many logits it has
   */
  public static VGG vgg13_bn(long num_classes) {
    return new VGG(B, true, num_classes);
  }

  /** The new model {@code vgg16} of 1000 classes. */
  public static VGG vgg16() {
    return vgg16(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code vgg16}.
   *
   * @param num_classes how many logits it has
   */
  public static VGG vgg16(long num_classes) {
    return new VGG(D, false, num_classes);
  }

  /** The new model {@code vgg16_bn} of 1000 classes. */
  public static VGG vgg16_bn() {
    return vgg16_bn(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code vgg16_bn}.
   *
   * @param num_classes how many logits it has
   */
  public static VGG vgg16_bn(long num_classes) {
    return new VGG(D, true, num_classes);
  }

  /** The new model {@code vgg19} of 1000 classes. */
  public static VGG vgg19() {
    return vgg19(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code vgg19}.
   *
   * @param num_classes how many logits it has
   */
  public static VGG vgg19(long num_classes) {
    return new VGG(E, false, num_classes);
  }

  /** The new model {@code vgg19_bn} of 1000 classes. */
  public static VGG vgg19_bn() {
    return vgg19_bn(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code vgg19_bn}.
   *
   * @param num_classes how many logits it has
   */
  public static VGG vgg19_bn(long num_classes) {
    return new VGG(E, true, num_classes);
  }
}
