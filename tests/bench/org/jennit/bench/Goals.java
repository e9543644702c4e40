package org.jennit.bench;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jennit.bench.models.ModelState;

/** What each explanation may cost, in plain gradients of the same model in the same run. */
final class Goals {
  /** The explanations of the table, in its order. */
  static final List<String> EXPLANATIONS =
      List.of(
          "EpsilonPlus",
          "EpsilonPlusFlat",
          "EpsilonGammaBox",
          "EpsilonAlpha2Beta1Flat",
          "GuidedBackprop",
          "EpsilonPlus_10_targets",
          "softplus_second_order",
          "softplus_second_order_flushed");

  private static final Map<String, Double> VGG16 =
      Map.of(
          "EpsilonPlus", 1.5,
          "EpsilonPlusFlat", 1.5,
          "EpsilonGammaBox", 2.1,
          "EpsilonAlpha2Beta1Flat", 2.1,
          "GuidedBackprop", 1.05,
          "EpsilonPlus_10_targets", 3.0,
          "softplus_second_order", 1.4,
          "softplus_second_order_flushed", 1.4);

  private static final Map<String, Double> RESNET50 =
      Map.of(
          "EpsilonPlus", 1.5,
          "EpsilonPlusFlat", 1.5,
          "EpsilonGammaBox", 1.75,
          "EpsilonAlpha2Beta1Flat", 1.75,
          "GuidedBackprop", 1.1,
          "EpsilonPlus_10_targets", 3.0,
          "softplus_second_order", 1.8,
          "softplus_second_order_flushed", 1.8);

  /** The explanations of transformers. */
  static final List<String> TRANSFORMER_EXPLANATIONS = List.of("AttnLRP", "CPLRP");

  private static final Map<String, Double> TRANSFORMER = Map.of("AttnLRP", 1.3, "CPLRP", 1.1);

  private static final Map<String, Double> MEMORY =
      Map.of("EpsilonPlus", 1.5, "EpsilonGammaBox", 2.0, "AttnLRP", 1.5, "CPLRP", 1.5);

  /** Of sections with one number. Two callers: a fifth more images in the same time. */
  private static final Map<String, Double> SECTIONS =
      Map.of(
          Plan.RECURRENT, 1.5,
          Plan.SMALL, 1.25,
          Plan.NORMS, 1.0,
          Plan.TWO_CALLERS, 1 / 1.2,
          Plan.FOLDER, 1.15);

  private Goals() {}

  static OptionalDouble time(String model, String explanation) {
    Map<String, Double> goals =
        switch (model) {
          case "vgg16" -> VGG16;
          case "vit_b_16", ModelState.GPT2 -> TRANSFORMER;
          default -> RESNET50;
        };
    return optional(goals.get(explanation));
  }

  static OptionalDouble memory(String explanation) {
    return optional(MEMORY.get(explanation));
  }

  static OptionalDouble section(String name) {
    return optional(SECTIONS.get(name));
  }

  private static OptionalDouble optional(Double goal) {
    return goal == null ? OptionalDouble.empty() : OptionalDouble.of(goal);
  }
}
