package org.jennit.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.nn.Conv1d;
import org.jennit.rules.Epsilon;
import org.junit.jupiter.api.Test;

/** The stabilizer's closed forms, in Java and in native rules. */
class StabilizerTest {
  private static final double[] VALUES = {0, -0.0, 1e-9, -1e-9, 0.05, -0.05, 3, -4};

  private static void assertForm(Stabilizer stabilizer, DoubleUnaryOperator form) {
    try (PointerScope scope = new PointerScope()) {
      double[] actual = Numeric.values(stabilizer.apply(Numeric.tensor(VALUES, 2, 4)));
      assertArrayEquals(Arrays.stream(VALUES).map(form).toArray(), actual, 1e-16);
    }
  }

  @Test
  void zeroCountsAsPositive() {
    assertForm(new Stabilizer(), v -> v >= 0 ? v + 1e-6 : v - 1e-6);
    assertForm(new Stabilizer(0.1), v -> v >= 0 ? v + 0.1 : v - 0.1);
    assertForm(new Stabilizer(0), v -> v);
  }

  @Test
  void clippingLeavesLargeValuesAlone() {
    assertForm(
        new Stabilizer(0.1).withClip(true),
        v -> Math.copySign(Math.max(Math.abs(v), 0.1), v + 0.0));
    assertForm(new Stabilizer(0).withClip(true), v -> v);
  }

  /** Root mean squares over the dimensions of a tensor of shape (2, 2, 2), by hand. */
  @Test
  void epsilonScalesWithTheRootMeanSquare() {
    double[] values = {1, -2, 3, -4, 0.5, 0, -1, 1};
    double[] perSample = new double[8];
    double[] perRow = new double[8];
    double[] overSamples = new double[8];
    double all = rms(values, 0, 1, 2, 3, 4, 5, 6, 7);
    for (int i = 0; i < 8; i++) {
      int sample = i / 4 * 4;
      int row = i / 2 * 2;
      perSample[i] = rms(values, sample, sample + 1, sample + 2, sample + 3);
      perRow[i] = rms(values, row, row + 1);
      overSamples[i] = rms(values, i % 4, i % 4 + 4);
    }
    double[] total = new double[8];
    Arrays.fill(total, all);
    Stabilizer stabilizer = new Stabilizer(0.5);
    for (boolean clip : new boolean[] {false, true}) {
      Stabilizer base = stabilizer.withClip(clip);
      assertScaled(values, perSample, clip, base.withNormScale(true));
      assertScaled(values, perSample, clip, base.withNormScale(true, 1, 2));
      assertScaled(values, perRow, clip, base.withNormScale(true, 2));
      assertScaled(values, perRow, clip, base.withNormScale(true, -1));
      assertScaled(values, overSamples, clip, base.withNormScale(true, 0));
      assertScaled(values, total, clip, base.withNormScale(true, 0, 1, 2));
    }
  }

  private static double rms(double[] values, int... indices) {
    return Math.sqrt(
        Arrays.stream(indices).mapToDouble(i -> values[i] * values[i]).average().orElse(0));
  }

  private static void assertScaled(
      double[] values, double[] scales, boolean clip, Stabilizer stabilizer) {
    double[] expected = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      double sign = values[i] >= 0 ? 1 : -1;
      double scaled = 0.5 * scales[i];
      expected[i] = clip ? sign * Math.max(Math.abs(values[i]), scaled) : values[i] + sign * scaled;
    }
    try (PointerScope scope = new PointerScope()) {
      Tensor actual = stabilizer.apply(Numeric.tensor(values, 2, 2, 2));
      assertArrayEquals(expected, Numeric.values(actual), 1e-15, stabilizer.toString());
    }
  }

  @Test
  void nativeRulesStabilizeAsItDoes() {
    Stabilizer stabilizer = new Stabilizer(0.4);
    for (Stabilizer variant :
        List.of(
            stabilizer,
            stabilizer.withClip(true),
            stabilizer.withNormScale(true, 1),
            stabilizer.withNormScale(true, -1),
            stabilizer.withNormScale(true, 0, 2),
            stabilizer.withNormScale(true, 1).withClip(true))) {
      try (PointerScope scope = new PointerScope();
          Conv1d layer = Numeric.drawn(new Conv1d(2, 3, 2), 1)) {
        Tensor x = Numeric.normal(2, 2, 2, 5).requires_grad_(true);
        Tensor y = layer.forward(x);
        Tensor upper = Numeric.normal(3, y.shape());
        Tensor expected = x.mul(Autograd.grad(y, x, upper.div(variant.apply(y))));
        new Epsilon(variant).register(layer);
        Numeric.assertClose(
            expected, Autograd.grad(layer.forward(x), x, upper), 1e-12, variant.toString());
        Numeric.assertClose(
            expected,
            Autograd.grad(layer.forward(x), x, upper, Autograd.CREATE_GRAPH),
            1e-12,
            variant.toString());
      }
    }
  }

  @Test
  void itIsDifferentiable() {
    try (PointerScope scope = new PointerScope()) {
      Tensor value = Numeric.normal(1, 3, 4).requires_grad_(true);
      for (Stabilizer stabilizer :
          List.of(
              new Stabilizer(0.3),
              new Stabilizer(0.3).withClip(true),
              new Stabilizer(0.3).withNormScale(true),
              new Stabilizer(0.3).withNormScale(true).withClip(true))) {
        Numeric.assertDerivative(
            () -> Numeric.weighted(stabilizer.apply(value), 2), stabilizer.toString(), value);
      }
    }
  }

  @Test
  void aBasicHookDividesByWhatItsStabilizerAnswers() {
    UnaryOperator<Tensor> function = output -> output.mul(new Scalar(2.0)).add(new Scalar(3.0));
    for (UnaryOperator<Tensor> stabilizer :
        List.of(Stabilizer.ensure(0.25), Stabilizer.ensure(function))) {
      try (PointerScope scope = new PointerScope();
          Conv1d layer = Numeric.drawn(new Conv1d(2, 3, 2), 1)) {
        Tensor x = Numeric.normal(2, 2, 2, 5).requires_grad_(true);
        Tensor y = layer.forward(x);
        Tensor upper = Numeric.normal(3, y.shape());
        Tensor expected = x.mul(Autograd.grad(y, x, upper.div(stabilizer.apply(y))));
        new BasicHook(null, null, null, null, null, stabilizer).register(layer);
        Numeric.assertClose(
            expected, Autograd.grad(layer.forward(x), x, upper), 1e-12, "relevance");
      }
    }
    assertThrows(
        NullPointerException.class, () -> new BasicHook(null, null, null, null, null, null));
    assertThrows(NullPointerException.class, () -> Stabilizer.ensure(null));
    assertEquals(new Stabilizer(0.25), Stabilizer.ensure(0.25));
  }

  @Test
  void theTypeStays() {
    try (PointerScope scope = new PointerScope()) {
      for (ScalarType type : List.of(ScalarType.Float, ScalarType.BFloat16, ScalarType.Double)) {
        Tensor value = Numeric.tensor(VALUES, 8).to(type);
        for (Stabilizer stabilizer :
            List.of(
                new Stabilizer(),
                new Stabilizer().withClip(true),
                new Stabilizer().withNormScale(true, 0))) {
          assertEquals(type, stabilizer.apply(value).scalar_type().intern());
        }
      }
    }
  }

  @Test
  void wrongNumbersAreRefused() {
    for (double epsilon :
        new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> new Stabilizer(epsilon)).getMessage();
      assertTrue(message.contains("finite and not negative, but is " + epsilon), message);
    }
  }
}
