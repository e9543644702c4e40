package org.jennit.rules;

import java.util.Arrays;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.core.Numeric;
import org.jennit.nn.Module;

/**
 * A linear layer restated as matrices in double: one column for each input element of one sample,
 * found by pushing unit vectors through the layer.
 */
final class MatrixLayer {
  final int in;
  final int out;
  final long[] outShape;
  final double[] bias;
  private final Module layer;
  private final long[] shape;

  /**
   * @param shape of one sample
   */
  MatrixLayer(Module layer, long... shape) {
    this.layer = layer;
    this.shape = shape;
    in = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    try (PointerScope scope = new PointerScope()) {
      Tensor zero = layer.forward(Numeric.tensor(new double[in], batch(1)));
      outShape = Arrays.copyOfRange(zero.shape(), 1, (int) zero.dim());
      bias = Numeric.values(zero);
      out = bias.length;
    }
  }

  private long[] batch(long size) {
    long[] batched = new long[shape.length + 1];
    batched[0] = size;
    System.arraycopy(shape, 0, batched, 1, shape.length);
    return batched;
  }

  /** The matrix (out, in) of the layer without bias, each weight replaced by its image. */
  double[][] matrix(DoubleUnaryOperator weightMap) {
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> parameters = layer.named_parameters();
      double[] weight = Numeric.values(parameters.get("weight"));
      double[] biasBefore = null;
      Tensor biasTensor = parameters.get("bias");
      write(parameters.get("weight"), Arrays.stream(weight).map(weightMap).toArray());
      if (biasTensor != null) {
        biasBefore = Numeric.values(biasTensor);
        write(biasTensor, new double[biasBefore.length]);
      }
      double[] units = new double[in * in];
      for (int i = 0; i < in; i++) {
        units[i * in + i] = 1;
      }
      double[] columns = Numeric.values(layer.forward(Numeric.tensor(units, batch(in))));
      write(parameters.get("weight"), weight);
      if (biasTensor != null) {
        write(biasTensor, biasBefore);
      }
      double[][] matrix = new double[out][in];
      for (int i = 0; i < in; i++) {
        for (int j = 0; j < out; j++) {
          matrix[j][i] = columns[i * out + j];
        }
      }
      return matrix;
    }
  }

  private static void write(Tensor tensor, double[] values) {
    tensor.data_ptr_double().put(values);
  }

  /** The bias squared: of a layer whose weight is zero and whose bias is squared. */
  double[] squaredBias() {
    return Arrays.stream(bias).map(b -> b * b).toArray();
  }

  static double[] times(double[][] matrix, double[] vector) {
    double[] result = new double[matrix.length];
    for (int j = 0; j < result.length; j++) {
      for (int i = 0; i < vector.length; i++) {
        result[j] += matrix[j][i] * vector[i];
      }
    }
    return result;
  }

  static double[] transposedTimes(double[][] matrix, double[] vector, int in) {
    double[] result = new double[in];
    for (int j = 0; j < vector.length; j++) {
      for (int i = 0; i < in; i++) {
        result[i] += matrix[j][i] * vector[j];
      }
    }
    return result;
  }
}
