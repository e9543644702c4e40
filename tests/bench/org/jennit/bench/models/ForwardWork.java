package org.jennit.bench.models;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.RemovableHandle;

/**
 * The work of one forward pass, counted from the shapes of its layers: two operations for each
 * weight and each value of the output that it serves. Of convolutions and dense layers alone.
 *
 * @param first of the first convolution, in operations
 * @param convolutions of the others
 * @param linear of the dense layers
 */
record ForwardWork(double first, double convolutions, double linear) {

  static ForwardWork of(Module network, Tensor input) {
    List<Double> convolutions = new ArrayList<>();
    List<Double> linear = new ArrayList<>();
    List<RemovableHandle> handles = new ArrayList<>();
    for (Module module : network.modules()) {
      if (module instanceof Conv2d || module instanceof Linear) {
        List<Double> counts = module instanceof Conv2d ? convolutions : linear;
        handles.add(
            module.register_forward_hook(
                (layer, inputs, outputs) -> {
                  counts.add(operations(layer, outputs[0]));
                  return null;
                }));
      }
    }
    try (NoGradGuard unrecorded = new NoGradGuard()) {
      network.forward(input).close();
    } finally {
      handles.forEach(RemovableHandle::remove);
    }
    double first = convolutions.isEmpty() ? 0 : convolutions.get(0);
    return new ForwardWork(first, sum(convolutions) - first, sum(linear));
  }

  private static double operations(Module layer, Tensor output) {
    Map<String, Tensor> parameters = layer.named_parameters(false);
    Tensor weight = parameters.get("weight");
    return 2.0 * output.numel() * weight.numel() / weight.size(0);
  }

  private static double sum(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).sum();
  }

  double gflop(Products products) {
    return 1e-9
        * (products.first() * first
            + products.convolutions() * convolutions
            + products.linear() * linear);
  }

  /**
   * How many products an explanation needs, each as large as the forward pass of all images: the
   * design's algebra for inputs that are not negative, but for the first layer's, which have both
   * signs; and without the part of Gamma below zero, where ReLUs let no relevance through.
   */
  record Products(double first, double convolutions, double linear) {

    static Products of(String name, int images) {
      return switch (name) {
        case Explanations.GRADIENT, "GuidedBackprop" -> new Products(2, 2, 2);
        // In linear maps; attention's own products are not counted.
        case "AttnLRP", "CPLRP" -> new Products(2, 2, 2);
        case "EpsilonPlus" -> new Products(4, 3, 2);
        case "ExcitationBackprop" -> new Products(4, 3, 3);
        case "EpsilonPlusFlat" -> new Products(2, 3, 2);
        case "EpsilonGammaBox" -> new Products(4, 3, 2);
        case "EpsilonAlpha2Beta1Flat" -> new Products(2, 4, 2);
        // Of one image: the denominators once, the transposed products for each target.
        case "EpsilonPlus_10_targets" -> new Products(22, 12, 11).over(images);
        // Of two images: forward, backward, and the derivative of both.
        case "softplus_second_order", "softplus_second_order_flushed" ->
            new Products(8, 8, 8).over(images);
        default -> throw new IllegalArgumentException("there is no explanation '" + name + "'");
      };
    }

    private Products over(int images) {
      return new Products(first / images, convolutions / images, linear / images);
    }
  }
}
