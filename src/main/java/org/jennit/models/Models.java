package org.jennit.models;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongFunction;
import org.jennit.nn.Module;

/** Architectures by torchvision's names; users may add their own. Thread-safe. */
public final class Models {
  /** Of ImageNet. */
  static final long NUM_CLASSES = 1000;

  private static final Map<String, LongFunction<? extends Module>> REGISTRY =
      new ConcurrentSkipListMap<>(
          Map.<String, LongFunction<? extends Module>>ofEntries(
              Map.entry("alexnet", AlexNet::alexnet),
              Map.entry("densenet121", DenseNet::densenet121),
              Map.entry("densenet161", DenseNet::densenet161),
              Map.entry("densenet169", DenseNet::densenet169),
              Map.entry("densenet201", DenseNet::densenet201),
              Map.entry("efficientnet_b0", EfficientNet::efficientnet_b0),
              Map.entry("mobilenet_v2", MobileNetV2::mobilenet_v2),
              Map.entry("resnet101", ResNet::resnet101),
              Map.entry("resnet152", ResNet::resnet152),
              Map.entry("resnet18", ResNet::resnet18),
              Map.entry("resnet34", ResNet::resnet34),
              Map.entry("resnet50", ResNet::resnet50),
              Map.entry("resnext101_32x8d", ResNet::resnext101_32x8d),
              Map.entry("resnext101_64x4d", ResNet::resnext101_64x4d),
              Map.entry("resnext50_32x4d", ResNet::resnext50_32x4d),
              Map.entry("swin_b", SwinTransformer::swin_b),
              Map.entry("swin_s", SwinTransformer::swin_s),
              Map.entry("swin_t", SwinTransformer::swin_t),
              Map.entry("vgg11", VGG::vgg11),
              Map.entry("vgg11_bn", VGG::vgg11_bn),
              Map.entry("vgg13", VGG::vgg13),
              Map.entry("vgg13_bn", VGG::vgg13_bn),
              Map.entry("vgg16", VGG::vgg16),
              Map.entry("vgg16_bn", VGG::vgg16_bn),
              Map.entry("vgg19", VGG::vgg19),
              Map.entry("vgg19_bn", VGG::vgg19_bn),
              Map.entry("vit_b_16", VisionTransformer::vit_b_16),
              Map.entry("vit_b_32", VisionTransformer::vit_b_32),
              Map.entry("vit_l_16", VisionTransformer::vit_l_16),
              Map.entry("wide_resnet101_2", ResNet::wide_resnet101_2),
              Map.entry("wide_resnet50_2", ResNet::wide_resnet50_2)));

  private Models() {}

  /** As {@link #of(String, long)}, with the 1000 classes of {@link ImageNet}. */
  public static Module of(String name) {
    Objects.requireNonNull(name, "name is null");
    return of(name, NUM_CLASSES);
  }

  /**
   * A new model with freshly drawn weights, in training mode as in torch: call {@code eval()}
   * before explaining it. The caller closes it.
   *
   * @param name such as "vgg16"
   * @param num_classes how many logits it has
   * @throws IllegalArgumentException for an unknown name, listing the known ones, or less than one
   *     class
   */
  public static Module of(String name, long num_classes) {
    Objects.requireNonNull(name, "name is null");
    LongFunction<? extends Module> factory = REGISTRY.get(name);
    if (factory == null) {
      throw new IllegalArgumentException(
          "there is no model '" + name + "'; there are " + String.join(", ", names()));
    }
    if (num_classes < 1) {
      throw new IllegalArgumentException("num_classes must be at least 1, but is " + num_classes);
    }
    return factory.apply(num_classes);
  }

  /** The known names, sorted. */
  public static List<String> names() {
    return List.copyOf(REGISTRY.keySet());
  }

  /**
   * Adds an architecture, or puts another in the place of one; the factory is given the number of
   * classes.
   */
  public static void register(String name, LongFunction<? extends Module> factory) {
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(factory, "factory is null");
    REGISTRY.put(name, factory);
  }
}
