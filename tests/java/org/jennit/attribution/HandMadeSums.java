package org.jennit.attribution;

import java.util.Arrays;

/**
 * Where the relevance of one sample goes at a linear layer, written out from the rules' formulae:
 * one term for each output, added in plain double arithmetic. A term names the rule's denominator,
 * what of it stands for the inputs, and what stands for the bias.
 */
final class HandMadeSums {
  private final AffineMap layer;
  private final double[] input;
  private final double[] relevance;
  private final double epsilon;
  double handedOn;
  double bias;
  double stabilizer;

  /** The relevance of outputs that are zero under Gamma. */
  double dropped;

  HandMadeSums(AffineMap layer, double[] input, double[] relevance, double epsilon) {
    this.layer = layer;
    this.input = input;
    this.relevance = relevance;
    this.epsilon = epsilon;
  }

  HandMadeSums apply(String rule) {
    for (int j = 0; j < relevance.length; j++) {
      double[] products = layer.contributions(j, input);
      double b = layer.bias()[j];
      double above = sum(products, 1);
      double below = sum(products, -1);
      double z = above + below;
      double squares = Arrays.stream(layer.weight()[j]).map(w -> w * w).sum();
      double connected = Arrays.stream(layer.weight()[j]).filter(w -> w != 0).count();
      switch (rule) {
        case "Epsilon" -> add(relevance[j], z, b);
        case "ZPlus" -> add(relevance[j], above, Math.max(b, 0));
        case "AlphaBeta" -> {
          add(2 * relevance[j], above, Math.max(b, 0));
          add(-relevance[j], below, Math.min(b, 0));
        }
        case "Gamma" -> {
          if (z + b > 0) {
            add(relevance[j], z + 0.25 * above, b + 0.25 * Math.max(b, 0));
          } else if (z + b < 0) {
            add(relevance[j], z + 0.25 * below, b + 0.25 * Math.min(b, 0));
          } else {
            dropped += relevance[j];
          }
        }
        case "WSquare" -> add(relevance[j], squares, b * b);
        case "Flat" -> add(relevance[j], connected, 0);
        case "ZBox" -> add(relevance[j], z + box(layer.weight()[j]), 0);
        default -> throw new AssertionError(rule);
      }
    }
    return this;
  }

  /** Bounds of -3 and 3: {@code 3 |w|} for each input. */
  private static double box(double[] weights) {
    return 3 * Arrays.stream(weights).map(Math::abs).sum();
  }

  private static double sum(double[] products, int sign) {
    return Arrays.stream(products).filter(p -> p * sign > 0).sum();
  }

  private void add(double relevance, double inputs, double constant) {
    double denominator = inputs + constant;
    double stabilized = denominator + (denominator >= 0 ? epsilon : -epsilon);
    handedOn += relevance * inputs / stabilized;
    bias += relevance * constant / stabilized;
    stabilizer += relevance * (stabilized - denominator) / stabilized;
  }
}
