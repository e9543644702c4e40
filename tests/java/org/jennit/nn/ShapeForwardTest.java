package org.jennit.nn;

import static org.bytedeco.pytorch.global.torch.*;
import static org.jennit.nn.LayerChecks.padded;
import static org.jennit.nn.LayerChecks.same;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Pooling, padding and the layers that change the shape against LibTorch's functions. */
class ShapeForwardTest {

  private static long[] one(long value) {
    return new long[] {value};
  }

  @TestFactory
  Stream<DynamicTest> pooling() {
    long[] two = {2, 2};
    long[] none = {0, 0};
    return Stream.of(
        same(
            () -> new MaxPool1d(3, 2),
            x -> max_pool1d(x, one(3), one(2), one(0), one(1), false),
            2,
            3,
            8),
        same(() -> new MaxPool2d(2), x -> max_pool2d(x, 2, 2), 2, 3, 6, 7),
        same(
            () ->
                new MaxPool2d(
                    new MaxPoolOptions(2, 3).stride(1, 2).padding(1).dilation(2).ceil_mode(true)),
            x -> max_pool2d(x, new long[] {2, 3}, new long[] {1, 2}, new long[] {1, 1}, two, true),
            2,
            3,
            6,
            8),
        same(() -> new MaxPool3d(2), x -> max_pool3d(x, 2, 2, 2), 1, 2, 4, 4, 4),
        same(
            () -> new AvgPool1d(3, 2, 1),
            x -> avg_pool1d(x, one(3), one(2), one(1), false, true),
            2,
            3,
            8),
        same(
            () ->
                new AvgPool1d(
                    new AvgPoolOptions(3).padding(1).ceil_mode(true).count_include_pad(false)),
            x -> avg_pool1d(x, one(3), one(3), one(1), true, false),
            2,
            3,
            8),
        same(
            () -> new AvgPool2d(2),
            x -> avg_pool2d(x, two, two, none, false, true, new LongOptional()),
            2,
            3,
            6,
            7),
        same(
            () ->
                new AvgPool2d(
                    new AvgPoolOptions(2)
                        .stride(1)
                        .padding(1)
                        .ceil_mode(true)
                        .count_include_pad(false)),
            x ->
                avg_pool2d(
                    x, two, new long[] {1, 1}, new long[] {1, 1}, true, false, new LongOptional()),
            2,
            3,
            6,
            7),
        same(
            () -> new AvgPool2d(new AvgPoolOptions(2).divisor_override(3)),
            x -> avg_pool2d(x, two, two, none, false, true, new LongOptional(3)),
            2,
            3,
            6,
            7),
        same(() -> new AvgPool3d(2), x -> avg_pool3d(x, 2, 2, 2), 1, 2, 4, 4, 4),
        same(() -> new AdaptiveAvgPool1d(3), x -> adaptive_avg_pool1d(x, 3), 2, 3, 8),
        same(() -> new AdaptiveAvgPool2d(1), x -> adaptive_avg_pool2d(x, 1, 1), 2, 3, 6, 7),
        same(() -> new AdaptiveAvgPool2d(-1, 3), x -> adaptive_avg_pool2d(x, 6, 3), 2, 3, 6, 7),
        same(
            () -> new AdaptiveAvgPool3d(2, 1, 3),
            x -> adaptive_avg_pool3d(x, 2, 1, 3),
            2,
            3,
            4,
            4,
            4),
        same(() -> new AdaptiveMaxPool1d(3), x -> adaptive_max_pool1d(x, 3).get0(), 2, 3, 8),
        same(
            () -> new AdaptiveMaxPool2d(2, -1),
            x -> adaptive_max_pool2d(x, 2, 7).get0(),
            2,
            3,
            6,
            7),
        same(
            () -> new AdaptiveMaxPool3d(2),
            x -> adaptive_max_pool3d(x, 2, 2, 2).get0(),
            3,
            4,
            4,
            4));
  }

  @TestFactory
  Stream<DynamicTest> padding() {
    return Stream.of(
        same(
            () -> new ConstantPad1d(2, 3.5),
            x -> pad(x, new long[] {2, 2}, "constant", new DoubleOptional(3.5)),
            2,
            3,
            4),
        same(
            () -> new ConstantPad2d(new long[] {3, 0, 2, 1}, -1),
            x -> pad(x, new long[] {3, 0, 2, 1}, "constant", new DoubleOptional(-1)),
            2,
            3,
            4,
            5),
        same(
            () -> new ConstantPad3d(1, 2),
            x -> pad(x, new long[] {1, 1, 1, 1, 1, 1}, "constant", new DoubleOptional(2)),
            2,
            3,
            2,
            2,
            2),
        same(() -> new ZeroPad1d(1, 2), x -> padded(x, "constant", 1, 2), 2, 3, 4),
        same(() -> new ZeroPad2d(2), x -> padded(x, "constant", 2, 2, 2, 2), 2, 3, 4, 5),
        same(() -> new ZeroPad3d(1), x -> padded(x, "constant", 1, 1, 1, 1, 1, 1), 2, 3, 2, 2, 2),
        same(() -> new ReflectionPad1d(1, 2), x -> padded(x, "reflect", 1, 2), 2, 3, 4),
        same(
            () -> new ReflectionPad2d(1, 2, 3, 0),
            x -> padded(x, "reflect", 1, 2, 3, 0),
            2,
            3,
            4,
            5),
        same(
            () -> new ReflectionPad3d(1),
            x -> padded(x, "reflect", 1, 1, 1, 1, 1, 1),
            2,
            3,
            2,
            2,
            2),
        same(() -> new ReplicationPad1d(2), x -> padded(x, "replicate", 2, 2), 2, 3, 4),
        same(
            () -> new ReplicationPad2d(1, 2, 3, 0),
            x -> padded(x, "replicate", 1, 2, 3, 0),
            2,
            3,
            4,
            5),
        same(
            () -> new ReplicationPad3d(1),
            x -> padded(x, "replicate", 1, 1, 1, 1, 1, 1),
            2,
            3,
            2,
            2,
            2),
        same(() -> new CircularPad1d(2), x -> padded(x, "circular", 2, 2), 2, 3, 4),
        same(
            () -> new CircularPad2d(1, 2, 3, 0),
            x -> padded(x, "circular", 1, 2, 3, 0),
            2,
            3,
            4,
            5),
        same(
            () -> new CircularPad3d(1),
            x -> padded(x, "circular", 1, 1, 1, 1, 1, 1),
            2,
            3,
            2,
            2,
            2));
  }

  private static Supplier<Layer> upsample(UpsampleOptions options) {
    return () -> new Upsample(options);
  }

  @TestFactory
  Stream<DynamicTest> shapes() {
    return Stream.of(
        same(Flatten::new, x -> x.flatten(1, -1), 2, 3, 4),
        same(() -> new Flatten(0, 1), x -> x.flatten(0, 1), 2, 3, 4),
        same(() -> new Unflatten(1, 2, -1), x -> x.unflatten(1, 2, 3), 4, 6),
        same(Identity::new, x -> x, 2, 3),
        same(Sum::new, x -> x.sum(-1), 2, 3, 4),
        same(() -> new Sum(1), x -> x.sum(1), 2, 3, 4),
        same(() -> new PixelShuffle(2), x -> pixel_shuffle(x, 2), 2, 8, 3, 4),
        same(() -> new PixelUnshuffle(2), x -> pixel_unshuffle(x, 2), 2, 2, 4, 6),
        same(() -> new ChannelShuffle(2), x -> channel_shuffle(x, 2), 2, 6, 3, 3));
  }

  @TestFactory
  Stream<DynamicTest> upsampling() {
    return Stream.of(
        same(
            upsample(new UpsampleOptions().scale_factor(2)),
            x -> upsample_nearest1d(x, 8),
            2,
            3,
            4),
        same(
            upsample(new UpsampleOptions().scale_factor(2)),
            x -> upsample_nearest2d(x, 8, 10),
            2,
            3,
            4,
            5),
        same(
            upsample(new UpsampleOptions().size(3)),
            x -> upsample_nearest3d(x, 3, 3, 3),
            1,
            2,
            2,
            2,
            2),
        same(
            upsample(new UpsampleOptions().size(7).mode("linear")),
            x -> upsample_linear1d(x, new long[] {7}, false),
            2,
            3,
            4),
        same(
            upsample(new UpsampleOptions().size(7, 9).mode("bilinear")),
            x -> upsample_bilinear2d(x, new long[] {7, 9}, false),
            2,
            3,
            4,
            5),
        same(
            upsample(new UpsampleOptions().scale_factor(2).mode("bilinear").align_corners(true)),
            x -> upsample_bilinear2d(x, new long[] {8, 10}, true),
            2,
            3,
            4,
            5),
        // A factor of its own is not the ratio of the sizes: 4 * 1.6 is cut to 6.
        same(
            upsample(new UpsampleOptions().scale_factor(1.6).mode("bilinear")),
            x ->
                upsample_bilinear2d(
                    x, new long[] {6, 8}, false, new DoubleOptional(1.6), new DoubleOptional(1.6)),
            2,
            3,
            4,
            5),
        same(
            upsample(
                new UpsampleOptions()
                    .scale_factor(1.6)
                    .mode("bilinear")
                    .recompute_scale_factor(true)),
            x -> upsample_bilinear2d(x, new long[] {6, 8}, false),
            2,
            3,
            4,
            5),
        same(
            upsample(new UpsampleOptions().size(7, 9).mode("bicubic")),
            x -> upsample_bicubic2d(x, new long[] {7, 9}, false),
            2,
            3,
            4,
            5),
        same(
            upsample(new UpsampleOptions().size(4).mode("trilinear").align_corners(true)),
            x -> upsample_trilinear3d(x, new long[] {4, 4, 4}, true),
            1,
            2,
            2,
            3,
            2),
        same(
            upsample(new UpsampleOptions().scale_factor(0.5, 0.4).mode("area")),
            x -> adaptive_avg_pool2d(x, 2, 2),
            2,
            3,
            4,
            5),
        // By twice, each pixel is repeated.
        same(
            upsample(new UpsampleOptions().scale_factor(2).mode("nearest-exact")),
            x -> upsample_nearest2d(x, 8, 10),
            2,
            3,
            4,
            5));
  }
}
