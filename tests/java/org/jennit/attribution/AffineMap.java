package org.jennit.attribution;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.jennit.core.Numeric;
import org.jennit.nn.Module;

/**
 * A layer as a matrix and a bias: what it answers to zero, and to each unit vector.
 *
 * @param weight (outputs, inputs) of one sample
 * @param bias of each output
 */
@SuppressWarnings("ArrayRecordComponent")
record AffineMap(double[][] weight, double[] bias) {

  /**
   * @param shape of one sample
   */
  static AffineMap of(Module layer, long... shape) {
    int inputs = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    double[] bias = answer(layer, new double[inputs], shape);
    double[][] weight = new double[bias.length][inputs];
    for (int i = 0; i < inputs; i++) {
      double[] unit = new double[inputs];
      unit[i] = 1;
      double[] column = answer(layer, unit, shape);
      for (int j = 0; j < bias.length; j++) {
        weight[j][i] = column[j] - bias[j];
      }
    }
    return new AffineMap(weight, bias);
  }

  private static double[] answer(Module layer, double[] input, long[] shape) {
    long[] batch = new long[shape.length + 1];
    batch[0] = 1;
    System.arraycopy(shape, 0, batch, 1, shape.length);
    try (PointerScope scope = new PointerScope()) {
      return Numeric.values(layer.forward(Numeric.tensor(input, batch)));
    }
  }

  /** What each input adds to output {@code j}. */
  double[] contributions(int j, double[] input) {
    double[] products = new double[input.length];
    Arrays.setAll(products, i -> weight[j][i] * input[i]);
    return products;
  }
}
