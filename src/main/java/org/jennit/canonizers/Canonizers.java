package org.jennit.canonizers;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import org.jennit.core.Canonizer;
import org.jennit.models.Models;

/**
 * Canonizers by name, and those that each architecture needs; users may add their own. Thread-safe.
 */
public final class Canonizers {
  private static final Map<String, Supplier<? extends Canonizer>> REGISTRY =
      new ConcurrentSkipListMap<>(
          Map.of(
              "UnfuseAttention", UnfuseAttention::new,
              "SequentialMergeBatchNorm", SequentialMergeBatchNorm::new,
              "VGGCanonizer", VGGCanonizer::new,
              "ResNetBasicBlockCanonizer", ResNetBasicBlockCanonizer::new,
              "ResNetBottleneckCanonizer", ResNetBottleneckCanonizer::new,
              "ResNetCanonizer", ResNetCanonizer::new,
              "DenseNetCanonizer", DenseNetCanonizer::new,
              "MobileNetV2Canonizer", MobileNetV2Canonizer::new,
              "EfficientNetCanonizer", EfficientNetCanonizer::new,
              "UnrollRecurrent", UnrollRecurrent::new));

  private static final Map<String, String> BY_MODEL = new HashMap<>();

  static {
    assign("VGGCanonizer", "vgg11", "vgg13", "vgg16", "vgg19");
    assign("VGGCanonizer", "vgg11_bn", "vgg13_bn", "vgg16_bn", "vgg19_bn");
    assign("ResNetCanonizer", "resnet18", "resnet34", "resnet50", "resnet101", "resnet152");
    assign("ResNetCanonizer", "wide_resnet50_2", "wide_resnet101_2");
    assign("ResNetCanonizer", "resnext50_32x4d", "resnext101_32x8d", "resnext101_64x4d");
    assign("DenseNetCanonizer", "densenet121", "densenet161", "densenet169", "densenet201");
    assign("MobileNetV2Canonizer", "mobilenet_v2");
    assign("EfficientNetCanonizer", "efficientnet_b0");
  }

  private Canonizers() {}

  private static void assign(String canonizer, String... models) {
    for (String model : models) {
      BY_MODEL.put(model, canonizer);
    }
  }

  /**
   * What an architecture needs before rules are registered on it.
   *
   * @param model a name of {@link Models}
   * @return at most one canonizer, new; none where the architecture needs none, as AlexNet, or is a
   *     user's own
   * @throws IllegalArgumentException for an unknown name, listing the known ones
   */
  public static List<Canonizer> of(String model) {
    Objects.requireNonNull(model, "model is null");
    if (!Models.names().contains(model)) {
      throw new IllegalArgumentException(
          "there is no model '" + model + "'; there are " + String.join(", ", Models.names()));
    }
    String canonizer = BY_MODEL.get(model);
    return canonizer == null ? List.of() : List.of(named(canonizer));
  }

  /**
   * A new canonizer.
   *
   * @param name such as "ResNetCanonizer"
   * @throws IllegalArgumentException for an unknown name, listing the known ones
   */
  public static Canonizer named(String name) {
    Objects.requireNonNull(name, "name is null");
    Supplier<? extends Canonizer> factory = REGISTRY.get(name);
    if (factory == null) {
      throw new IllegalArgumentException(
          "there is no canonizer '" + name + "'; there are " + String.join(", ", names()));
    }
    return factory.get();
  }

  /** The names of all canonizers, sorted. */
  public static List<String> names() {
    return List.copyOf(REGISTRY.keySet());
  }

  /** Adds a canonizer, or puts another in the place of one. */
  public static void register(String name, Supplier<? extends Canonizer> factory) {
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(factory, "factory is null");
    REGISTRY.put(name, factory);
  }
}
