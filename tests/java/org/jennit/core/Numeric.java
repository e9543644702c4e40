package org.jennit.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Supplier;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.nn.Module;

/** Numbers in double beside the code under test: draws, comparisons and central differences. */
public final class Numeric {
  private static final double STEP = 1e-5;

  private Numeric() {}

  /** A double tensor with these values. */
  public static Tensor tensor(double[] values, long... shape) {
    try (DoublePointer pointer = new DoublePointer(values);
        TensorOptions options = new TensorOptions(ScalarType.Double);
        Tensor view = torch.from_blob(pointer, shape, options)) {
      return view.clone();
    }
  }

  /** Standard normal draws in double. */
  public static Tensor normal(long seed, long... shape) {
    return tensor(gaussian(new Random(seed), shape), shape);
  }

  private static double[] gaussian(Random random, long... shape) {
    double[] values = new double[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    Arrays.setAll(values, i -> random.nextGaussian());
    return values;
  }

  /** The elements in order, as double. */
  public static double[] values(Tensor tensor) {
    try (Tensor detached = tensor.detach();
        Tensor wide = detached.to(ScalarType.Double);
        Tensor flat = wide.contiguous()) {
      double[] values = new double[(int) flat.numel()];
      if (values.length > 0) {
        flat.data_ptr_double().get(values);
      }
      return values;
    }
  }

  /**
   * Fills a module's parameters and floating point buffers with draws in double; variances stay
   * positive.
   */
  public static <M extends Module> M drawn(M module, long seed) {
    module.to(ScalarType.Double);
    Random random = new Random(seed);
    module
        .state_dict()
        .forEach(
            (name, tensor) -> {
              if (tensor.scalar_type().intern() == ScalarType.Double) {
                double[] values = gaussian(random, tensor.shape());
                if (name.endsWith("running_var")) {
                  Arrays.setAll(values, i -> 0.5 + Math.abs(values[i]));
                }
                if (values.length > 0) {
                  tensor.data_ptr_double().put(values);
                }
              }
            });
    return module;
  }

  /** The largest difference in units of the largest expected magnitude. */
  public static double relativeError(double[] expected, double[] actual) {
    assertEquals(expected.length, actual.length, "number of elements");
    double scale = Double.MIN_NORMAL;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      scale = Math.max(scale, Math.abs(expected[i]));
      double here = Math.abs(expected[i] - actual[i]);
      difference = Double.isNaN(here) ? Double.POSITIVE_INFINITY : Math.max(difference, here);
    }
    return difference == 0 ? 0 : difference / scale;
  }

  public static void assertClose(
      double[] expected, double[] actual, double tolerance, String what) {
    double error = relativeError(expected, actual);
    assertTrue(
        error <= tolerance,
        () ->
            what
                + ": relative error "
                + error
                + ", expected "
                + Arrays.toString(head(expected))
                + ", was "
                + Arrays.toString(head(actual)));
  }

  public static void assertClose(Tensor expected, Tensor actual, double tolerance, String what) {
    assertEquals(Arrays.toString(expected.shape()), Arrays.toString(actual.shape()), what);
    assertClose(values(expected), values(actual), tolerance, what);
  }

  private static double[] head(double[] values) {
    return Arrays.copyOf(values, Math.min(values.length, 8));
  }

  /**
   * Central differences of a scalar by every element of a double leaf, which is changed in place
   * meanwhile.
   */
  public static double[] differences(Supplier<Tensor> scalar, Tensor leaf) {
    try (Tensor detached = leaf.detach()) {
      DoublePointer memory = detached.data_ptr_double();
      double[] result = new double[(int) leaf.numel()];
      for (int i = 0; i < result.length; i++) {
        double value = memory.get(i);
        memory.put(i, value + STEP);
        double above = evaluate(scalar);
        memory.put(i, value - STEP);
        double below = evaluate(scalar);
        memory.put(i, value);
        result[i] = (above - below) / (2 * STEP);
      }
      return result;
    }
  }

  /** Central differences of a scalar along directions of unit length, one in each row. */
  private static double[] differences(Supplier<Tensor> scalar, Tensor leaf, double[][] along) {
    try (Tensor detached = leaf.detach()) {
      DoublePointer memory = detached.data_ptr_double();
      double[] start = values(leaf);
      double[] result = new double[along.length];
      for (int k = 0; k < result.length; k++) {
        memory.put(moved(start, along[k], STEP));
        double above = evaluate(scalar);
        memory.put(moved(start, along[k], -STEP));
        double below = evaluate(scalar);
        result[k] = (above - below) / (2 * STEP);
      }
      memory.put(start);
      return result;
    }
  }

  private static double[] moved(double[] start, double[] direction, double step) {
    double[] moved = new double[start.length];
    Arrays.setAll(moved, i -> start[i] + step * direction[i]);
    return moved;
  }

  private static double evaluate(Supplier<Tensor> scalar) {
    try (PointerScope scope = new PointerScope()) {
      return values(scalar.get())[0];
    }
  }

  /** That autograd's derivative of a scalar by each leaf is what central differences give. */
  public static void assertDerivative(Supplier<Tensor> scalar, String what, Tensor... leaves) {
    try (PointerScope scope = new PointerScope()) {
      Tensor[] gradients =
          Autograd.grad(new Tensor[] {scalar.get()}, leaves, new Tensor[0], Autograd.ALLOW_UNUSED);
      for (int i = 0; i < leaves.length; i++) {
        double[] analytic =
            gradients[i].defined() ? values(gradients[i]) : new double[(int) leaves[i].numel()];
        double[] expected = differences(scalar, leaves[i]);
        double size = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        // Where the true derivative is zero, differences leave rounding alone.
        if (size < 1e-7) {
          expected = new double[expected.length];
          assertClose(plusOne(expected), plusOne(analytic), 1e-7, what + ", leaf " + i);
        } else {
          assertClose(expected, analytic, 2e-6, what + ", leaf " + i);
        }
      }
    }
  }

  /**
   * As {@link #assertDerivative}, along some drawn directions of each leaf: for scalars of many
   * parameters that take long.
   */
  public static void assertDerivativeAlong(
      int directions, Supplier<Tensor> scalar, String what, Tensor... leaves) {
    try (PointerScope scope = new PointerScope()) {
      Tensor[] gradients = Autograd.grad(new Tensor[] {scalar.get()}, leaves, new Tensor[0]);
      Random random = new Random(71);
      for (int i = 0; i < leaves.length; i++) {
        double[] gradient = values(gradients[i]);
        double[][] along = new double[directions][];
        double[] analytic = new double[directions];
        for (int k = 0; k < directions; k++) {
          double[] drawn = gaussian(random, gradient.length);
          double length = Math.sqrt(Arrays.stream(drawn).map(v -> v * v).sum());
          along[k] = Arrays.stream(drawn).map(v -> v / length).toArray();
          for (int j = 0; j < gradient.length; j++) {
            analytic[k] += gradient[j] * along[k][j];
          }
        }
        assertClose(differences(scalar, leaves[i], along), analytic, 2e-6, what + ", leaf " + i);
      }
    }
  }

  private static double[] plusOne(double[] values) {
    return Arrays.stream(values).map(v -> v + 1).toArray();
  }

  /** {@code <tensor, draws>}: one number that every element of the tensor has its part in. */
  public static Tensor weighted(Tensor tensor, long seed) {
    return tensor.mul(normal(seed, tensor.shape())).sum();
  }
}
