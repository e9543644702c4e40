package org.jennit.nn;

import static org.bytedeco.pytorch.global.torch.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.pytorch.BatchNorm2dImpl;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What layers do beside returning a value: statistics, work in place, parameters that are left out.
 */
class LayerStateTest {

  @Test
  void batchNormKeepsRunningStatisticsAsTorchDoes() {
    Tensor first = randn(4, 3, 5, 5).add(new Scalar(2.0));
    Tensor second = randn(4, 3, 5, 5);
    BatchNorm2d layer = new BatchNorm2d(3);
    BatchNorm2dImpl reference = new BatchNorm2dImpl(new org.bytedeco.pytorch.BatchNormOptions(3));
    layer.forward(first);
    reference.forward(first);
    layer.eval();
    reference.eval();
    assertTrue(layer.forward(second).equal(reference.forward(second)));
  }

  @Test
  void batchNormWithoutMomentumAveragesAllBatches() {
    BatchNorm2d layer = new BatchNorm2d(new BatchNormOptions(1).momentum(null).affine(false));
    layer.forward(full(new long[] {2, 1, 1, 1}, new Scalar(1.0)));
    layer.forward(full(new long[] {2, 1, 1, 1}, new Scalar(4.0)));
    // The mean of the batches is 2.5, their variance 0.
    layer.eval();
    Tensor output = layer.forward(full(new long[] {1, 1, 1, 1}, new Scalar(2.5)));
    assertEquals(0.0, output.item().toDouble());
  }

  @Test
  void batchNormDividesByTheVarianceAloneWhereEpsIsZero() {
    BatchNorm2d layer = new BatchNorm2d(new BatchNormOptions(3).eps(0));
    layer.eval();
    Tensor input = randn(2, 3, 4, 4);
    assertTrue(layer.forward(input).equal(input));
  }

  @Test
  void layerNormWithoutBiasHasNoneInItsState() {
    assertEquals(
        List.of("weight"),
        List.copyOf(
            new LayerNorm(new LayerNormOptions(4).bias(false)).named_parameters().keySet()));
    assertEquals(
        List.of("weight", "bias"), List.copyOf(new LayerNorm(4).named_parameters().keySet()));
  }

  private static DynamicTest overwrites(Supplier<? extends Layer> layer) {
    return DynamicTest.dynamicTest(
        layer.get().getClass().getSimpleName(),
        () -> {
          Tensor input = randn(2, 3, 4, 4, 4);
          Tensor before = input.clone();
          Tensor output = layer.get().forward(input);
          assertTrue(input.equal(output));
          assertFalse(input.equal(before));
        });
  }

  @TestFactory
  Stream<DynamicTest> inPlaceLayersOverwriteTheirInput() {
    return Stream.of(
        overwrites(() -> new ELU(1, true)),
        overwrites(() -> new CELU(1, true)),
        overwrites(() -> new SELU(true)),
        overwrites(() -> new ReLU(true)),
        overwrites(() -> new ReLU6(true)),
        overwrites(() -> new SiLU(true)),
        overwrites(() -> new Mish(true)),
        overwrites(() -> new Hardswish(true)),
        overwrites(() -> new Hardsigmoid(true)),
        overwrites(() -> new LeakyReLU(0.1, true)),
        overwrites(() -> new Hardtanh(-1, 1, true)),
        overwrites(() -> new RReLU(0.1, 0.3, true)),
        overwrites(() -> new Threshold(0, 1, true)),
        overwrites(() -> new Dropout(0.5, true)),
        overwrites(() -> new Dropout2d(0.5, true)),
        overwrites(() -> new Dropout3d(0.5, true)));
  }

  @Test
  void otherwiseTheInputStays() {
    Tensor input = randn(2, 3);
    Tensor before = input.clone();
    new ReLU().forward(input);
    new Dropout().forward(input);
    assertTrue(input.equal(before));
  }
}
