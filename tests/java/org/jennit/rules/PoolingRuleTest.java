package org.jennit.rules;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.core.Autograd;
import org.jennit.core.Hook;
import org.jennit.core.Numeric;
import org.jennit.core.Stabilizer;
import org.jennit.nn.AdaptiveAvgPool1d;
import org.jennit.nn.AvgPool1d;
import org.jennit.nn.AvgPool2d;
import org.jennit.nn.AvgPool3d;
import org.jennit.nn.MaxPool1d;
import org.jennit.nn.Module;
import org.jennit.nn.Sum;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Norm, Epsilon and Flat on modules that are no layers with a weight, from the module's Jacobian by
 * differences.
 */
class PoolingRuleTest {

  @TestFactory
  Stream<DynamicTest> fromTheJacobian() {
    return Stream.of(
        test(() -> new AvgPool1d(2), 2, 6),
        test(() -> new AvgPool1d(new org.jennit.nn.AvgPoolOptions(3).stride(1).padding(1)), 1, 5),
        test(() -> new AvgPool2d(2), 2, 4, 4),
        test(() -> new AvgPool3d(2), 1, 2, 4, 2),
        test(() -> new AdaptiveAvgPool1d(3), 2, 7),
        test(() -> new MaxPool1d(2), 2, 6),
        test(Sum::new, 3, 4),
        test(() -> new Sum(1), 3, 4));
  }

  private static DynamicTest test(Supplier<Module> module, long... sample) {
    return DynamicTest.dynamicTest(
        module.get().toString(),
        () -> {
          for (Stabilizer stabilizer :
              List.of(new Stabilizer(0.2), new Stabilizer(0.3).withClip(true))) {
            check(module, new Norm(stabilizer), stabilizer, false, sample);
            check(module, new Epsilon(stabilizer), stabilizer, false, sample);
            // An input of ones has no single maximum: no differences there.
            if (!module.get().type_name().equals("MaxPool1d")) {
              check(module, new Flat(stabilizer), stabilizer, true, sample);
            }
          }
        });
  }

  private static void check(
      Supplier<Module> made, Hook hook, Stabilizer stabilizer, boolean flat, long... sample) {
    long[] shape = new long[sample.length + 1];
    shape[0] = 1;
    System.arraycopy(sample, 0, shape, 1, sample.length);
    try (PointerScope scope = new PointerScope();
        Module module = made.get()) {
      Tensor x = Numeric.normal(4, shape).requires_grad_(true);
      Tensor at = flat ? org.bytedeco.pytorch.global.torch.ones_like(x) : x.detach().clone();
      double[] input = Numeric.values(at);
      double[] z = Numeric.values(module.forward(at));
      long[] outShape = module.forward(at).shape();
      double[][] jacobian = new double[z.length][];
      for (int j = 0; j < z.length; j++) {
        int row = j;
        jacobian[j] = Numeric.differences(() -> module.forward(at).flatten().narrow(0, row, 1), at);
      }
      Tensor upper = Numeric.normal(6, outShape);
      double[] above = Numeric.values(upper);
      double[] denominators = MatrixRule.stabilized(stabilizer, z, outShape);
      double[] s = new double[z.length];
      Arrays.setAll(s, j -> above[j] / denominators[j]);
      double[] expected = MatrixLayer.transposedTimes(jacobian, s, input.length);
      if (!flat) {
        Arrays.setAll(expected, i -> expected[i] * input[i]);
      }
      hook.register(module);
      Tensor output = module.forward(x);
      Numeric.assertClose(
          expected,
          Numeric.values(Autograd.grad(output, x, upper, Autograd.CREATE_GRAPH)),
          1e-8,
          hook + " recorded");
      Numeric.assertClose(
          expected, Numeric.values(Autograd.grad(output, x, upper)), 1e-8, hook.toString());
    }
  }
}
