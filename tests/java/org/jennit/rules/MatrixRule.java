package org.jennit.rules;

import static org.jennit.rules.MatrixLayer.times;
import static org.jennit.rules.MatrixLayer.transposedTimes;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.jennit.core.Stabilizer;

/** Each rule restated for one sample of a {@link MatrixLayer}, in plain double arithmetic. */
final class MatrixRule {
  private final MatrixLayer layer;
  private final Stabilizer stabilizer;
  private final double[] bias;
  private final double[][] all;
  private final double[][] positive;
  private final double[][] negative;
  private final boolean noWeight;
  private final double[][] whole;

  MatrixRule(MatrixLayer layer, Stabilizer stabilizer, List<String> zero_params) {
    this.layer = layer;
    this.stabilizer = stabilizer;
    noWeight = zero_params.contains("weight");
    bias = zero_params.contains("bias") ? new double[layer.out] : layer.bias;
    whole = layer.matrix(w -> w);
    all = noWeight ? layer.matrix(w -> 0) : whole;
    positive = layer.matrix(w -> noWeight ? 0 : Math.max(w, 0));
    negative = layer.matrix(w -> noWeight ? 0 : Math.min(w, 0));
  }

  double[] epsilon(double[] x, double[] upper) {
    return product(x, back(all, divide(upper, plus(times(all, x), bias))));
  }

  double[] zplus(double[] x, double[] upper) {
    return alphaBeta(x, upper, 1, 0);
  }

  double[] alphaBeta(double[] x, double[] upper, double alpha, double beta) {
    double[] s = divide(upper, plus(contributions(x, 1), sign(bias, 1)));
    double[] t = divide(upper, plus(contributions(x, -1), sign(bias, -1)));
    return plus(scaled(takeBack(x, s, 1), alpha), scaled(takeBack(x, t, -1), -beta));
  }

  double[] gamma(double[] x, double[] upper, double gamma) {
    // The sign is that of the layer's output as it is, whatever is taken as zero.
    double[] out = plus(times(whole, x), layer.bias);
    double[] z = plus(times(all, x), bias);
    double[] result = new double[layer.in];
    for (int sign : new int[] {1, -1}) {
      double[] favoured = plus(contributions(x, sign), sign(bias, sign));
      double[] s = divide(upper, plus(z, scaled(favoured, gamma)));
      for (int j = 0; j < s.length; j++) {
        s[j] = Math.signum(out[j]) == sign ? s[j] : 0;
      }
      result = plus(result, product(x, back(all, s)));
      result = plus(result, scaled(takeBack(x, s, sign), gamma));
    }
    return result;
  }

  double[] zbox(double[] x, double[] upper, double[] low, double[] high) {
    double[] z = plus(times(all, x), scaled(plus(times(positive, low), times(negative, high)), -1));
    double[] s = divide(upper, z);
    double[] bounds = plus(product(low, back(positive, s)), product(high, back(negative, s)));
    return plus(product(x, back(all, s)), scaled(bounds, -1));
  }

  double[] wsquare(double[] upper) {
    double[][] squared = layer.matrix(w -> noWeight ? 0 : w * w);
    double[] ones = filled(1);
    double[] z = plus(times(squared, ones), product(bias, bias));
    return back(squared, divide(upper, z));
  }

  double[] flat(double[] upper) {
    double[][] connected = layer.matrix(w -> noWeight ? 0 : 1);
    return back(connected, divide(upper, times(connected, filled(1))));
  }

  private double[] filled(double value) {
    double[] result = new double[layer.in];
    Arrays.fill(result, value);
    return result;
  }

  private double[] contributions(double[] x, int sign) {
    double[][] same = sign > 0 ? positive : negative;
    double[][] other = sign > 0 ? negative : positive;
    return plus(times(same, sign(x, 1)), times(other, sign(x, -1)));
  }

  private double[] takeBack(double[] x, double[] s, int sign) {
    double[][] same = sign > 0 ? positive : negative;
    double[][] other = sign > 0 ? negative : positive;
    return plus(product(sign(x, 1), back(same, s)), product(sign(x, -1), back(other, s)));
  }

  private double[] back(double[][] matrix, double[] s) {
    return transposedTimes(matrix, s, layer.in);
  }

  private double[] divide(double[] upper, double[] z) {
    double[] denominators = stabilized(stabilizer, z, layer.outShape);
    return each(z.length, j -> upper[j] / denominators[j]);
  }

  /**
   * One sample's denominators; the root mean square runs over the sample, or over dimension 1 of
   * the batch alone.
   */
  static double[] stabilized(Stabilizer stabilizer, double[] z, long[] outShape) {
    double[] epsilon = new double[z.length];
    Arrays.fill(epsilon, stabilizer.epsilon());
    if (stabilizer.norm_scale()) {
      int groups = stabilizer.dim().isEmpty() ? 1 : z.length / (int) outShape[0];
      double[] squares = new double[groups];
      for (int j = 0; j < z.length; j++) {
        squares[j % groups] += z[j] * z[j] * groups / z.length;
      }
      for (int j = 0; j < z.length; j++) {
        epsilon[j] *= Math.sqrt(squares[j % groups]);
      }
    }
    return each(
        z.length,
        j -> {
          double sign = z[j] >= 0 ? 1 : -1;
          return stabilizer.clip()
              ? sign * Math.max(Math.abs(z[j]), epsilon[j])
              : z[j] + sign * epsilon[j];
        });
  }

  static double[] plus(double[] a, double[] b) {
    return each(a.length, i -> a[i] + b[i]);
  }

  static double[] product(double[] a, double[] b) {
    return each(a.length, i -> a[i] * b[i]);
  }

  static double[] scaled(double[] a, double factor) {
    return each(a.length, i -> a[i] * factor);
  }

  private static double[] sign(double[] a, int sign) {
    return each(a.length, i -> sign > 0 ? Math.max(a[i], 0) : Math.min(a[i], 0));
  }

  private static double[] each(int length, IntToDoubleFunction element) {
    double[] result = new double[length];
    Arrays.setAll(result, element);
    return result;
  }
}
