package org.jennit.rules;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.core.Autograd;
import org.jennit.core.Hook;
import org.jennit.core.Numeric;
import org.jennit.core.Stabilizer;
import org.jennit.nn.Module;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every rule on every geometry against its restatement over the layer's matrix. */
class RuleMatrixTest {
  private static final int BATCH = 2;
  private static final List<Stabilizer> STABILIZERS =
      List.of(
          new Stabilizer(),
          new Stabilizer(0.5),
          new Stabilizer(0.5).withClip(true),
          new Stabilizer(0.1).withNormScale(true),
          new Stabilizer(0.7).withClip(true).withNormScale(true),
          new Stabilizer(0.1).withNormScale(true, 1));

  @TestFactory
  Stream<DynamicTest> everyGeometry() {
    return LayerCase.ALL.stream()
        .flatMap(
            layer ->
                RuleCase.ALL.stream()
                    .map(
                        rule ->
                            DynamicTest.dynamicTest(
                                rule.name() + " of " + layer,
                                () -> {
                                  check(layer, rule, new Stabilizer(0.1), List.of(), false);
                                  check(layer, rule, new Stabilizer(0.1), List.of(), true);
                                })));
  }

  @TestFactory
  Stream<DynamicTest> everyStabilizer() {
    return Stream.of(LayerCase.ALL.get(0), LayerCase.ALL.get(7), LayerCase.ALL.get(17))
        .flatMap(
            layer ->
                RuleCase.ALL.stream()
                    .flatMap(
                        rule ->
                            STABILIZERS.stream()
                                .map(
                                    stabilizer ->
                                        DynamicTest.dynamicTest(
                                            rule.name() + ", " + stabilizer + ", " + layer,
                                            () ->
                                                check(
                                                    layer, rule, stabilizer, List.of(), false)))));
  }

  @TestFactory
  Stream<DynamicTest> parametersTakenAsZero() {
    return Stream.of(List.of("bias"), List.of("weight"), List.of("weight", "bias"))
        .flatMap(
            zero ->
                Stream.of(0, 1, 4, 7, 16, 18)
                    .map(LayerCase.ALL::get)
                    .flatMap(
                        layer ->
                            RuleCase.ALL.stream()
                                .map(
                                    rule ->
                                        DynamicTest.dynamicTest(
                                            rule.name() + " without " + zero + " of " + layer,
                                            () ->
                                                check(
                                                    layer,
                                                    rule,
                                                    new Stabilizer(0.1),
                                                    zero,
                                                    false)))));
  }

  private static void check(
      LayerCase geometry,
      RuleCase rule,
      Stabilizer stabilizer,
      List<String> zero,
      boolean nonNegative) {
    try (PointerScope scope = new PointerScope();
        Module layer = geometry.drawn(3)) {
      Tensor x = Numeric.normal(5, geometry.batch(BATCH));
      Tensor input = (nonNegative ? x.abs() : x).detach().requires_grad_(true);
      double[] inputs = Numeric.values(input);
      MatrixLayer matrix = new MatrixLayer(layer, geometry.shape());
      Hook hook = rule.maker().make(stabilizer, zero, geometry.shape());
      hook.register(layer);
      Tensor output = layer.forward(input);
      Tensor upper = Numeric.normal(9, output.shape());
      double[] uppers = Numeric.values(upper);

      MatrixRule restated = new MatrixRule(matrix, stabilizer, zero);
      double[] expected = new double[inputs.length];
      for (int n = 0; n < BATCH; n++) {
        double[] sample = Arrays.copyOfRange(inputs, n * matrix.in, (n + 1) * matrix.in);
        double[] above = Arrays.copyOfRange(uppers, n * matrix.out, (n + 1) * matrix.out);
        double[] relevance = rule.restatement().apply(restated, sample, above);
        System.arraycopy(relevance, 0, expected, n * matrix.in, matrix.in);
      }
      // Dividing by values near zero loses digits: the tolerance is for a denominator of at least
      // 0.1 or 1e-6.
      double tolerance = stabilizer.epsilon() < 1e-3 ? 1e-8 : 1e-11;
      Numeric.assertClose(
          expected,
          Numeric.values(Autograd.grad(output, input, upper, Autograd.CREATE_GRAPH)),
          tolerance,
          "recorded");
      Numeric.assertClose(
          expected, Numeric.values(Autograd.grad(output, input, upper)), tolerance, "unrecorded");
    }
  }

  @TestFactory
  Stream<DynamicTest> narrowTypesKeepTheirPrecision() {
    return Stream.of(0, 4, 7, 10, 16, 17)
        .map(LayerCase.ALL::get)
        .flatMap(
            layer ->
                RuleCase.ALL.stream()
                    .flatMap(
                        rule ->
                            Stream.of(ScalarType.Float, ScalarType.BFloat16)
                                .map(
                                    type ->
                                        DynamicTest.dynamicTest(
                                            rule.name() + " in " + type + " of " + layer,
                                            () -> narrow(layer, rule, type)))));
  }

  // The same numbers, representable in the narrow type, in both types.
  private static void narrow(LayerCase geometry, RuleCase rule, ScalarType type) {
    try (PointerScope scope = new PointerScope();
        Module layer = geometry.drawn(3)) {
      layer.to(type);
      layer.to(ScalarType.Double);
      Tensor x = Numeric.normal(5, geometry.batch(BATCH)).to(type);
      Hook hook = rule.maker().make(new Stabilizer(1), List.of(), geometry.shape());
      hook.register(layer);
      Tensor input = x.to(ScalarType.Double).requires_grad_(true);
      Tensor output = layer.forward(input);
      Tensor upper = output.detach().mul(new Scalar(0.5)).to(type);
      double[] expected = Numeric.values(Autograd.grad(output, input, upper.to(ScalarType.Double)));
      layer.to(type);
      Tensor narrowInput = x.detach().requires_grad_(true);
      Tensor relevance = Autograd.grad(layer.forward(narrowInput), narrowInput, upper);
      org.junit.jupiter.api.Assertions.assertEquals(type, relevance.scalar_type().intern());
      double unit = type == ScalarType.Float ? 1.2e-7 : 7.8e-3;
      Numeric.assertClose(expected, Numeric.values(relevance), 16 * unit, type.toString());
    }
  }
}
