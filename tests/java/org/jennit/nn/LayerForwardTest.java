package org.jennit.nn;

import static org.bytedeco.pytorch.global.torch.*;
import static org.jennit.nn.LayerChecks.assertClose;
import static org.jennit.nn.LayerChecks.padded;
import static org.jennit.nn.LayerChecks.same;

import java.util.stream.Stream;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.BatchNorm1dImpl;
import org.bytedeco.pytorch.BatchNorm2dImpl;
import org.bytedeco.pytorch.BatchNorm3dImpl;
import org.bytedeco.pytorch.BilinearImpl;
import org.bytedeco.pytorch.Conv1dImpl;
import org.bytedeco.pytorch.Conv2dImpl;
import org.bytedeco.pytorch.Conv2dOptions;
import org.bytedeco.pytorch.Conv3dImpl;
import org.bytedeco.pytorch.ConvTranspose1dImpl;
import org.bytedeco.pytorch.ConvTranspose2dImpl;
import org.bytedeco.pytorch.ConvTranspose2dOptions;
import org.bytedeco.pytorch.ConvTranspose3dImpl;
import org.bytedeco.pytorch.EmbeddingImpl;
import org.bytedeco.pytorch.GroupNormImpl;
import org.bytedeco.pytorch.InstanceNorm1dImpl;
import org.bytedeco.pytorch.InstanceNorm2dImpl;
import org.bytedeco.pytorch.InstanceNorm3dImpl;
import org.bytedeco.pytorch.LayerNormImpl;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.LocalResponseNormOptions;
import org.bytedeco.pytorch.LongVector;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Layers with parameters against LibTorch's own modules from the same seed, which compares the
 * initialisation too.
 */
class LayerForwardTest {

  private static LongPointer size(long... values) {
    return new LongPointer(values);
  }

  @TestFactory
  Stream<DynamicTest> linear() {
    return Stream.of(
        same(() -> new Linear(5, 3), x -> new LinearImpl(5, 3).forward(x), 2, 4, 5),
        same(
            () -> new Linear(5, 3, false),
            x -> org.bytedeco.pytorch.global.torch.linear(x, new LinearImpl(5, 3).weight()),
            2,
            5));
  }

  @TestFactory
  Stream<DynamicTest> bilinearTakesTwoTensors() {
    return Stream.of(
        DynamicTest.dynamicTest(
            "Bilinear",
            () -> {
              Tensor a = randn(3, 2);
              Tensor b = randn(3, 4);
              manual_seed(7);
              Layer layer = new Bilinear(2, 4, 5);
              manual_seed(7);
              assertClose(new BilinearImpl(2, 4, 5).forward(a, b), layer.forward(a, b));
            }));
  }

  private static Tensor strided(Tensor x) {
    Conv2dOptions options = new Conv2dOptions(4, 6, size(3, 2));
    options.stride().put(new long[] {2, 1});
    options.dilation().put(new long[] {1, 2});
    options.groups().put(2);
    options.bias().put(false);
    return new Conv2dImpl(options).forward(x);
  }

  private static Tensor transposed(Tensor x) {
    ConvTranspose2dOptions options = new ConvTranspose2dOptions(4, 6, size(3, 2));
    options.stride().put(new long[] {2, 3});
    options.padding().put(new long[] {1, 0});
    options.output_padding().put(new long[] {1, 0});
    options.groups().put(2);
    options.bias().put(false);
    return new ConvTranspose2dImpl(options).forward(x);
  }

  @TestFactory
  Stream<DynamicTest> convolutions() {
    return Stream.of(
        same(() -> new Conv1d(3, 5, 3), x -> new Conv1dImpl(3, 5, size(3)).forward(x), 2, 3, 8),
        same(
            () -> new Conv2d(3, 5, 3),
            x -> new Conv2dImpl(3, 5, size(3, 3)).forward(x),
            2,
            3,
            6,
            7),
        same(
            () -> new Conv2d(3, 5, 3, 1, 1),
            x -> new Conv2dImpl(3, 5, size(3, 3)).forward(padded(x, "constant", 1, 1, 1, 1)),
            2,
            3,
            6,
            7),
        same(
            () -> new Conv2d(new ConvOptions(3, 5, 2).padding("same")),
            x -> new Conv2dImpl(3, 5, size(2, 2)).forward(padded(x, "constant", 0, 1, 0, 1)),
            2,
            3,
            6,
            7),
        same(
            () -> new Conv2d(new ConvOptions(3, 5, 3).padding(1, 2).padding_mode("reflect")),
            x -> new Conv2dImpl(3, 5, size(3, 3)).forward(padded(x, "reflect", 2, 2, 1, 1)),
            2,
            3,
            6,
            7),
        same(
            () ->
                new Conv2d(
                    new ConvOptions(4, 6, 3, 2).stride(2, 1).dilation(1, 2).groups(2).bias(false)),
            LayerForwardTest::strided,
            2,
            4,
            7,
            6),
        same(
            () -> new Conv3d(2, 3, 2),
            x -> new Conv3dImpl(2, 3, size(2, 2, 2)).forward(x),
            1,
            2,
            4,
            3,
            4),
        same(
            () -> new ConvTranspose1d(3, 5, 3),
            x -> new ConvTranspose1dImpl(3, 5, size(3)).forward(x),
            2,
            3,
            8),
        same(
            () ->
                new ConvTranspose2d(
                    new ConvTransposeOptions(4, 6, 3, 2)
                        .stride(2, 3)
                        .padding(1, 0)
                        .output_padding(1, 0)
                        .groups(2)
                        .bias(false)),
            LayerForwardTest::transposed,
            2,
            4,
            5,
            4),
        same(
            () -> new ConvTranspose3d(2, 3, 2),
            x -> new ConvTranspose3dImpl(2, 3, size(2, 2, 2)).forward(x),
            1,
            2,
            4,
            3,
            4));
  }

  private static org.bytedeco.pytorch.BatchNormOptions batch(long features) {
    return new org.bytedeco.pytorch.BatchNormOptions(features);
  }

  private static org.bytedeco.pytorch.InstanceNormOptions instance(long features) {
    return new org.bytedeco.pytorch.InstanceNormOptions(features);
  }

  @TestFactory
  Stream<DynamicTest> normalizations() {
    return Stream.of(
        same(() -> new BatchNorm1d(3), x -> new BatchNorm1dImpl(batch(3)).forward(x), 4, 3),
        same(() -> new BatchNorm2d(3), x -> new BatchNorm2dImpl(batch(3)).forward(x), 2, 3, 4, 5),
        same(
            () -> new BatchNorm3d(3), x -> new BatchNorm3dImpl(batch(3)).forward(x), 2, 3, 2, 2, 2),
        same(
            () -> new InstanceNorm1d(3),
            x -> new InstanceNorm1dImpl(instance(3)).forward(x),
            2,
            3,
            5),
        same(
            () -> new InstanceNorm2d(3),
            x -> new InstanceNorm2dImpl(instance(3)).forward(x),
            2,
            3,
            4,
            5),
        same(
            () -> new InstanceNorm2d(new InstanceNormOptions(3).affine(true)),
            x -> new InstanceNorm2dImpl(instance(3)).forward(x),
            3,
            4,
            5),
        same(
            () -> new InstanceNorm3d(3),
            x -> new InstanceNorm3dImpl(instance(3)).forward(x),
            2,
            3,
            2,
            2,
            2),
        same(
            () -> new LayerNorm(4, 5),
            x -> new LayerNormImpl(new LongVector(4, 5)).forward(x),
            2,
            3,
            4,
            5),
        same(
            () -> new LayerNorm(new LayerNormOptions(5).bias(false)),
            x -> new LayerNormImpl(new LongVector(new long[] {5})).forward(x),
            2,
            5),
        same(() -> new GroupNorm(2, 6), x -> new GroupNormImpl(2, 6).forward(x), 2, 6, 3),
        same(
            () -> new LocalResponseNorm(3, 0.1, 0.5, 2),
            x -> {
              LocalResponseNormOptions options = new LocalResponseNormOptions(3);
              options.alpha().put(0.1);
              options.beta().put(0.5);
              options.k().put(2.0);
              return local_response_norm(x, options);
            },
            2,
            6,
            4,
            4));
  }

  @TestFactory
  Stream<DynamicTest> embedding() {
    return Stream.of(
        DynamicTest.dynamicTest(
            "Embedding",
            () -> {
              Tensor indices = arange(new Scalar(6)).toType(ScalarType.Long).view(2, 3);
              manual_seed(7);
              Layer layer = new Embedding(6, 4);
              manual_seed(7);
              assertClose(new EmbeddingImpl(6, 4).forward(indices), layer.forward(indices));
            }),
        DynamicTest.dynamicTest(
            "Embedding with a padding row",
            () -> {
              Tensor index = arange(new Scalar(5), new Scalar(6)).toType(ScalarType.Long);
              Layer layer = new Embedding(new EmbeddingOptions(6, 4).padding_idx(-1));
              assertClose(zeros(1, 4), layer.forward(index));
            }));
  }
}
