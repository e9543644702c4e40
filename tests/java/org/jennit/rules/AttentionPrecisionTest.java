package org.jennit.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.core.Autograd;
import org.jennit.core.Numeric;
import org.jennit.nn.Module;
import org.jennit.nn.RemovableHandle;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The rules of transformers in single precision and half types. */
class AttentionPrecisionTest {
  @TestFactory
  Stream<DynamicTest> otherPrecisionsComeClose() {
    return AttentionCase.each(
        one -> {
          for (ScalarType dtype : List.of(ScalarType.Float, ScalarType.Half, ScalarType.BFloat16)) {
            try (Module wide = one.module().get();
                Module narrow = one.module().get();
                RemovableHandle wideRule = one.rule().register(wide);
                RemovableHandle narrowRule = one.rule().register(narrow)) {
              narrow.to(dtype);
              Tensor[] expected = relevances(one, wide, ScalarType.Double, Tensor::detach);
              Tensor[] actual = relevances(one, narrow, dtype, Tensor::detach);
              for (int i = 0; i < expected.length; i++) {
                assertEquals(dtype, actual[i].scalar_type().intern());
                Tensor found = actual[i].to(ScalarType.Double);
                assertTrue(found.isfinite().all().item_bool(), dtype + " is finite");
                if (dtype == ScalarType.Float) {
                  Numeric.assertClose(expected[i], found, 1e-4, "input " + i);
                } else {
                  // The sign of a denominator near zero may change with the rounding.
                  assertTrue(alike(expected[i], found), dtype + ", input " + i);
                }
              }
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> halfTypesKeepTheirDigitsWhereNoDenominatorIsNearZero() {
    return AttentionCase.each(
        one -> {
          for (ScalarType dtype : List.of(ScalarType.Half, ScalarType.BFloat16)) {
            try (Module wide = one.module().get();
                Module narrow = one.module().get();
                RemovableHandle wideRule = one.rule().register(wide);
                RemovableHandle narrowRule = one.rule().register(narrow)) {
              for (Module module : List.of(wide, narrow)) {
                awayFromZero(module);
              }
              narrow.to(dtype);
              Tensor[] expected = relevances(one, wide, ScalarType.Double, Tensor::abs);
              Tensor[] actual = relevances(one, narrow, dtype, Tensor::abs);
              for (int i = 0; i < expected.length; i++) {
                Numeric.assertClose(
                    expected[i],
                    actual[i].to(ScalarType.Double),
                    dtype == ScalarType.Half ? 0.01 : 0.05,
                    dtype + ", input " + i);
              }
            }
          }
        });
  }

  /** Positive parameters that half types hold, and outputs of norms that are no small ones. */
  private static void awayFromZero(Module module) {
    module
        .named_parameters()
        .forEach(
            (name, parameter) -> {
              Tensor values = parameter.detach();
              values.abs_();
              if (name.equals("bias")) {
                values.add_(new Scalar(4.0));
              }
              values.copy_(values.to(ScalarType.BFloat16));
            });
  }

  /** Whether two relevances point in much the same direction, or both are nothing. */
  private static boolean alike(Tensor expected, Tensor found) {
    double product = expected.mul(found).sum().item_double();
    double lengths =
        Math.sqrt(expected.square().sum().item_double() * found.square().sum().item_double());
    return lengths == 0 ? expected.equal(found) : product / lengths > 0.5;
  }

  private static Tensor[] relevances(
      AttentionCase one, Module module, ScalarType dtype, UnaryOperator<Tensor> drawn) {
    // Values that every type holds.
    Tensor[] inputs =
        Arrays.stream(one.inputs())
            .map(input -> drawn.apply(input.detach()))
            .map(input -> input.to(ScalarType.BFloat16).to(dtype).requires_grad_(true))
            .toArray(Tensor[]::new);
    Tensor[] constants =
        Arrays.stream(one.constants().get())
            .map(mask -> mask.scalar_type().intern() == ScalarType.Bool ? mask : mask.to(dtype))
            .toArray(Tensor[]::new);
    Tensor output =
        module.forward(
            Stream.concat(Arrays.stream(inputs), Arrays.stream(constants)).toArray(Tensor[]::new));
    Tensor upper = drawn.apply(Numeric.normal(1, output.shape())).to(ScalarType.BFloat16).to(dtype);
    return Autograd.grad(new Tensor[] {output}, inputs, new Tensor[] {upper});
  }
}
