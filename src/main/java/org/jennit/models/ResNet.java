package org.jennit.models;

import org.bytedeco.pytorch.Tensor;
import org.jennit.nn.AdaptiveAvgPool2d;
import org.jennit.nn.BatchNorm2d;
import org.jennit.nn.Conv2d;
import org.jennit.nn.ConvOptions;
import org.jennit.nn.Linear;
import org.jennit.nn.MaxPool2d;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;

/**
 * ResNet (He et al. 2016), Wide ResNet (Zagoruyko and Komodakis 2016) and ResNeXt (Xie et al.
 * 2017), as torchvision builds and initialises them. Images (N, 3, H, W) to logits (N,
 * num_classes); 1000 classes by default.
 */
public final class ResNet extends TorchvisionModule {
  private final Kind kind;
  private long inplanes = 64;

  /**
   * What tells one of these networks from another.
   *
   * @param bottleneck whether its blocks are {@link Bottleneck}s, or {@link BasicBlock}s
   * @param groups of the 3 x 3 convolutions of a bottleneck
   * @param width_per_group their channels in each group, where the first stage has 64 planes
   */
  private record Kind(boolean bottleneck, long groups, long width_per_group) {
    static final Kind BASIC = new Kind(false, 1, 64);
    static final Kind BOTTLENECK = new Kind(true, 1, 64);
    static final Kind WIDE = new Kind(true, 1, 128);

    static Kind resnext(long groups, long width_per_group) {
      return new Kind(true, groups, width_per_group);
    }

    long expansion() {
      return bottleneck ? Bottleneck.EXPANSION : BasicBlock.EXPANSION;
    }

    ResidualBlock block(long inplanes, long planes, long stride, Module downsample) {
      long width = planes * width_per_group / 64 * groups;
      return bottleneck
          ? new Bottleneck(inplanes, planes, width, groups, stride, downsample)
          : new BasicBlock(inplanes, planes, stride, downsample);
    }
  }

  private ResNet(Kind kind, long num_classes, int... layers) {
    this.kind = kind;
    register_module("conv1", new Conv2d(convolution(3, inplanes, 7, 2)));
    register_module("bn1", new BatchNorm2d(inplanes));
    register_module("relu", new ReLU(true));
    register_module("maxpool", new MaxPool2d(3, 2, 1));
    register_module("layer1", stage(64, layers[0], 1));
    register_module("layer2", stage(128, layers[1], 2));
    register_module("layer3", stage(256, layers[2], 2));
    register_module("layer4", stage(512, layers[3], 2));
    register_module("avgpool", new AdaptiveAvgPool2d(1, 1));
    register_module("fc", new Linear(512 * kind.expansion(), num_classes));
    // The only layer that is dense keeps torch's own weights and bias.
    Initialization.kaimingFanOut(this);
  }

  /** Without a bias, of the input's size at stride 1. */
  static ConvOptions convolution(long in_planes, long out_planes, long kernel_size, long stride) {
    return new ConvOptions(in_planes, out_planes, kernel_size)
        .stride(stride)
        .padding(kernel_size / 2)
        .bias(false);
  }

  private Sequential stage(long planes, int blocks, long stride) {
    long out = planes * kind.expansion();
    Module downsample = null;
    if (stride != 1 || inplanes != out) {
      downsample =
          new Sequential(new Conv2d(convolution(inplanes, out, 1, stride)), new BatchNorm2d(out));
    }
    Sequential stage = new Sequential(kind.block(inplanes, planes, stride, downsample));
    inplanes = out;
    for (int i = 1; i < blocks; i++) {
      stage.append(kind.block(inplanes, planes, 1, null));
    }
    return stage;
  }

  @Override
  protected Tensor compute(Tensor... inputs) {
    Tensor stem = call(images(inputs[0]), "conv1", "bn1", "relu", "maxpool");
    Tensor pooled = call(stem, "layer1", "layer2", "layer3", "layer4", "avgpool");
    return call(pooled.flatten(1, -1), "fc");
  }

  /** The new model {@code resnet18} of 1000 classes. */
  public static ResNet resnet18() {
    return resnet18(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code resnet18}.
   *
   * @param num_classes how many logits it has
   */
  public static ResNet resnet18(long num_classes) {
    return new ResNet(Kind.BASIC, num_classes, 2, 2, 2, 2);
  }

  /** The new model {@code resnet34} of 1000 classes. */
  public static ResNet resnet34() {
    return resnet34(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code resnet34}.
   *
   * @param num_classes how many logits it has
   */
  public static ResNet resnet34(long num_classes) {
    return new ResNet(Kind.BASIC, num_classes, 3, 4, 6, 3);
  }

  /** The new model {@code resnet50} of 1000 classes. */
  public static ResNet resnet50() {
    return resnet50(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code resnet50}.
   *
   * @param num_classes how many logits it has
   */
  public static ResNet resnet50(long num_classes) {
    return new ResNet(Kind.BOTTLENECK, num_classes, 3, 4, 6, 3);
  }

  /** The new model {@code resnet101} of 1000 classes. */
  public static ResNet resnet101() {
    return resnet101(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code resnet101}.
   *
   * @param num_classes how many logits it has
   */
  public static ResNet resnet101(long num_classes) {
    return new ResNet(Kind.BOTTLENECK, num_classes, 3, 4, 23, 3);
  }

  /** The new model {@code resnet152} of 1000 classes. */
  public static ResNet resnet152() {
    return resnet152(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code resnet152}.
   *
   * @param num_classes how many logits it has
   */
  public static ResNet resnet152(long num_classes) {
    return new ResNet(Kind.BOTTLENECK, num_classes, 3, 8, 36, 3);
  }

  /** The new model {@code wide_resnet50_2} of 1000 classes. */
  public static ResNet wide_resnet50_2() {
    return wide_resnet50_2(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code wide_resnet50_2}.
   *
   * @param num_classes how many logits it has
   */
  public static ResNet wide_resnet50_2(long num_classes) {
    return new ResNet(Kind.WIDE, num_classes, 3, 4, 6, 3);
  }

  /** The new model {@code wide_resnet101_2} of 1000 classes. */
  public static ResNet wide_resnet101_2() {
    return wide_resnet101_2(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code wide_resnet101_2}.
   *
   * @param num_classes how many logits it has
   */
  public static ResNet wide_resnet101_2(long num_classes) {
    return new ResNet(Kind.WIDE, num_classes, 3, 4, 23, 3);
  }

  /** The new model {@code resnext50_32x4d} of 1000 classes. */
  public static ResNet resnext50_32x4d() {
    return resnext50_32x4d(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code resnext50_32x4d}.
   *
   * @param num_classes how many logits it has
   */
  public static ResNet resnext50_32x4d(long num_classes) {
    return new ResNet(Kind.resnext(32, 4), num_classes, 3, 4, 6, 3);
  }

  /** The new model {@code resnext101_32x8d} of 1000 classes. */
  public static ResNet resnext101_32x8d() {
    return resnext101_32x8d(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code resnext101_32x8d}.
   *
   * @param num_classes how many logits it has
   */
  public static ResNet resnext101_32x8d(long num_classes) {
    return new ResNet(Kind.resnext(32, 8), num_classes, 3, 4, 23, 3);
  }

  /** The new model {@code resnext101_64x4d} of 1000 classes. */
  public static ResNet resnext101_64x4d() {
    return resnext101_64x4d(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code resnext101_64x4d}.
   *
   * @param num_classes how many logits it has
   */
  public static ResNet resnext101_64x4d(long num_classes) {
    return new ResNet(Kind.resnext(64, 4), num_classes, 3, 4, 23, 3);
  }
}
