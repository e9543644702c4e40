package org.jennit.nn;

import static org.bytedeco.pytorch.global.torch.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.DynamicTest;

/** Compares a layer with what LibTorch computes without the tree. */
final class LayerChecks {

  private LayerChecks() {}

  static void assertClose(Tensor expected, Tensor actual) {
    assertArrayEquals(expected.sizes().vec().get(), actual.sizes().vec().get());
    assertTrue(
        allclose(actual, expected, 1.3e-6, 1e-5, true),
        () -> "largest difference " + actual.sub(expected).abs().max().item().toDouble());
  }

  /** Draws, construction and forward start from one seed on both sides. */
  static DynamicTest same(
      Supplier<? extends Layer> layer, UnaryOperator<Tensor> reference, long... shape) {
    String name = layer.get() + " on " + Arrays.toString(shape);
    return DynamicTest.dynamicTest(
        name,
        () -> {
          try (PointerScope scope = new PointerScope()) {
            manual_seed(1);
            Tensor input = randn(shape).mul(new Scalar(2.0));
            manual_seed(7);
            Layer made = layer.get();
            manual_seed(7);
            Tensor expected = reference.apply(input.clone());
            if (made.named_parameters().isEmpty()) {
              manual_seed(7);
            }
            assertClose(expected, made.forward(input));
          }
        });
  }

  static Scalar scalar(double value) {
    return new Scalar(value);
  }

  static Tensor padded(Tensor x, String mode, long... sizes) {
    return pad(x, sizes, mode, new DoubleOptional());
  }

  static Layer evaluating(Layer layer) {
    layer.eval();
    return layer;
  }
}
