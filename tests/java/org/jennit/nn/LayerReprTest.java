package org.jennit.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Layers print as in Python: the expected texts follow {@code extra_repr} of torch 2.10's modules.
 */
class LayerReprTest {

  private static DynamicTest prints(String expected, Supplier<? extends Layer> layer) {
    return DynamicTest.dynamicTest(expected, () -> assertEquals(expected, layer.get().toString()));
  }

  @TestFactory
  Stream<DynamicTest> linear() {
    return Stream.of(
        prints("Linear(in_features=5, out_features=3, bias=True)", () -> new Linear(5, 3)),
        prints("Linear(in_features=5, out_features=3, bias=False)", () -> new Linear(5, 3, false)),
        prints(
            "Bilinear(in1_features=2, in2_features=3, out_features=4, bias=True)",
            () -> new Bilinear(2, 3, 4)),
        prints(
            "Bilinear(in1_features=2, in2_features=3, out_features=4, bias=False)",
            () -> new Bilinear(2, 3, 4, false)));
  }

  @TestFactory
  Stream<DynamicTest> convolutions() {
    return Stream.of(
        prints("Conv1d(3, 8, kernel_size=(3,), stride=(1,))", () -> new Conv1d(3, 8, 3)),
        prints("Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1))", () -> new Conv2d(3, 8, 3)),
        prints(
            "Conv2d(3, 8, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1))",
            () -> new Conv2d(3, 8, 3, 2, 1)),
        prints(
            "Conv2d(4, 8, kernel_size=(3, 5), stride=(2, 1), padding=(1, 2), dilation=(1, 2),"
                + " groups=2, bias=False, padding_mode=reflect)",
            () ->
                new Conv2d(
                    new ConvOptions(4, 8, 3, 5)
                        .stride(2, 1)
                        .padding(1, 2)
                        .dilation(1, 2)
                        .groups(2)
                        .bias(false)
                        .padding_mode("reflect"))),
        prints(
            "Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1), padding=same)",
            () -> new Conv2d(new ConvOptions(3, 8, 3).padding("same"))),
        prints(
            "Conv3d(1, 2, kernel_size=(1, 2, 3), stride=(1, 1, 1))",
            () -> new Conv3d(new ConvOptions(1, 2, 1, 2, 3))),
        prints(
            "ConvTranspose1d(3, 6, kernel_size=(2,), stride=(1,))",
            () -> new ConvTranspose1d(3, 6, 2)),
        prints(
            "ConvTranspose2d(4, 6, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1),"
                + " dilation=(2, 2), output_padding=(1, 1), groups=2, bias=False)",
            () ->
                new ConvTranspose2d(
                    new ConvTransposeOptions(4, 6, 3)
                        .stride(2)
                        .padding(1)
                        .dilation(2)
                        .output_padding(1)
                        .groups(2)
                        .bias(false))),
        prints(
            "ConvTranspose3d(1, 2, kernel_size=(2, 2, 2), stride=(2, 2, 2), padding=(1, 1, 1))",
            () -> new ConvTranspose3d(1, 2, 2, 2, 1)));
  }

  @TestFactory
  Stream<DynamicTest> partsOfTransformers() {
    return Stream.of(
        prints("RMSNorm((4,), eps=None, elementwise_affine=True)", () -> new RMSNorm(4)),
        prints(
            "RMSNorm((2, 3), eps=1e-06, elementwise_affine=False)",
            () -> new RMSNorm(new RMSNormOptions(2, 3).eps(1e-6).elementwise_affine(false))),
        prints("EmbeddingBag(5, 3, mode='mean')", () -> new EmbeddingBag(5, 3)),
        prints(
            "EmbeddingBag(5, 3, max_norm=2.0, scale_grad_by_freq=True, mode='sum', padding_idx=4)",
            () ->
                new EmbeddingBag(
                    new EmbeddingBagOptions(5, 3)
                        .max_norm(2)
                        .scale_grad_by_freq(true)
                        .mode("sum")
                        .padding_idx(-1))));
  }

  @TestFactory
  Stream<DynamicTest> normalizations() {
    return Stream.of(
        prints(
            "BatchNorm1d(8, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)",
            () -> new BatchNorm1d(8)),
        prints(
            "BatchNorm2d(8, eps=0.001, momentum=None, affine=False, track_running_stats=False)",
            () ->
                new BatchNorm2d(
                    new BatchNormOptions(8)
                        .eps(0.001)
                        .momentum(null)
                        .affine(false)
                        .track_running_stats(false))),
        prints(
            "BatchNorm3d(8, eps=0.0, momentum=0.01, affine=True, track_running_stats=True)",
            () -> new BatchNorm3d(new BatchNormOptions(8).eps(0).momentum(0.01))),
        prints(
            "InstanceNorm1d(4, eps=1e-05, momentum=0.1, affine=False, track_running_stats=False)",
            () -> new InstanceNorm1d(4)),
        prints(
            "InstanceNorm2d(4, eps=1e-05, momentum=0.1, affine=False, track_running_stats=False)",
            () -> new InstanceNorm2d(4)),
        prints(
            "InstanceNorm3d(4, eps=1e-06, momentum=0.2, affine=True, track_running_stats=True)",
            () ->
                new InstanceNorm3d(
                    new InstanceNormOptions(4)
                        .eps(1e-6)
                        .momentum(0.2)
                        .affine(true)
                        .track_running_stats(true))),
        prints("LayerNorm((5,), eps=1e-05, elementwise_affine=True)", () -> new LayerNorm(5)),
        prints(
            "LayerNorm((2, 3), eps=0.1, elementwise_affine=False)",
            () -> new LayerNorm(new LayerNormOptions(2, 3).eps(0.1).elementwise_affine(false))),
        prints("GroupNorm(2, 6, eps=1e-05, affine=True)", () -> new GroupNorm(2, 6)),
        prints(
            "GroupNorm(2, 6, eps=1e-08, affine=False)",
            () -> new GroupNorm(new GroupNormOptions(2, 6).eps(1e-8).affine(false))),
        prints(
            "LocalResponseNorm(2, alpha=0.0001, beta=0.75, k=1.0)", () -> new LocalResponseNorm(2)),
        prints(
            "LocalResponseNorm(3, alpha=0.002, beta=0.5, k=20.0)",
            () -> new LocalResponseNorm(3, 0.002, 0.5, 20)));
  }

  @TestFactory
  Stream<DynamicTest> activationsWithoutArguments() {
    return Stream.of(
        prints("Sigmoid()", Sigmoid::new),
        prints("LogSigmoid()", LogSigmoid::new),
        prints("Softsign()", Softsign::new),
        prints("Tanh()", Tanh::new),
        prints("Tanhshrink()", Tanhshrink::new),
        prints("ReLU()", ReLU::new),
        prints("ReLU(inplace=True)", () -> new ReLU(true)),
        prints("ReLU()", () -> new ReLU(false)),
        prints("ReLU6()", ReLU6::new),
        prints("ReLU6(inplace=True)", () -> new ReLU6(true)),
        prints("SELU(inplace=True)", () -> new SELU(true)),
        prints("SiLU()", SiLU::new),
        prints("SiLU(inplace=True)", () -> new SiLU(true)),
        prints("Mish()", Mish::new),
        prints("Mish(inplace=True)", () -> new Mish(true)),
        prints("Hardsigmoid()", () -> new Hardsigmoid(true)),
        prints("Hardswish()", () -> new Hardswish(true)),
        prints("Softmax2d()", Softmax2d::new));
  }

  @TestFactory
  Stream<DynamicTest> activationsWithArguments() {
    return Stream.of(
        prints("ELU(alpha=1.0)", ELU::new),
        prints("ELU(alpha=0.5, inplace=True)", () -> new ELU(0.5, true)),
        prints("CELU(alpha=1.0)", CELU::new),
        prints("CELU(alpha=2.0, inplace=True)", () -> new CELU(2, true)),
        prints("LeakyReLU(negative_slope=0.01)", LeakyReLU::new),
        prints("LeakyReLU(negative_slope=0.2, inplace=True)", () -> new LeakyReLU(0.2, true)),
        prints("Hardtanh(min_val=-1.0, max_val=1.0)", Hardtanh::new),
        prints("Hardtanh(min_val=-2.0, max_val=2.5)", () -> new Hardtanh(-2, 2.5)),
        prints("RReLU(lower=0.125, upper=0.3333333333333333)", RReLU::new),
        prints("RReLU(lower=0.1, upper=0.3, inplace=True)", () -> new RReLU(0.1, 0.3, true)),
        prints("Threshold(threshold=0.1, value=20.0)", () -> new Threshold(0.1, 20)),
        prints(
            "Threshold(threshold=0.1, value=0.5, inplace=True)",
            () -> new Threshold(0.1, 0.5, true)),
        prints("Softplus(beta=1.0, threshold=20.0)", Softplus::new),
        prints("Softplus(beta=10.0, threshold=20.0)", () -> new Softplus(10)),
        prints("Softplus(beta=2.5, threshold=100.0)", () -> new Softplus(2.5, 100)),
        prints("Hardshrink(0.5)", Hardshrink::new),
        prints("Softshrink(0.25)", () -> new Softshrink(0.25)),
        prints("GELU(approximate='none')", GELU::new),
        prints("GELU(approximate='tanh')", () -> new GELU("tanh")),
        prints("GLU(dim=-1)", GLU::new),
        prints("GLU(dim=1)", () -> new GLU(1)),
        prints("PReLU(num_parameters=1)", PReLU::new),
        prints("PReLU(num_parameters=4)", () -> new PReLU(4, 0.1)),
        prints("Softmax(dim=None)", Softmax::new),
        prints("Softmax(dim=-1)", () -> new Softmax(-1)),
        prints("Softmin(dim=1)", () -> new Softmin(1)),
        prints("LogSoftmax(dim=1)", () -> new LogSoftmax(1)));
  }

  @TestFactory
  Stream<DynamicTest> pooling() {
    return Stream.of(
        prints(
            "MaxPool1d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)",
            () -> new MaxPool1d(2)),
        prints(
            "MaxPool2d(kernel_size=3, stride=2, padding=1, dilation=1, ceil_mode=False)",
            () -> new MaxPool2d(3, 2, 1)),
        prints(
            "MaxPool2d(kernel_size=(2, 3), stride=(2, 3), padding=(0, 1), dilation=2,"
                + " ceil_mode=True)",
            () ->
                new MaxPool2d(new MaxPoolOptions(2, 3).padding(0, 1).dilation(2).ceil_mode(true))),
        prints(
            "MaxPool3d(kernel_size=2, stride=(1, 2, 1), padding=0, dilation=1, ceil_mode=False)",
            () -> new MaxPool3d(new MaxPoolOptions(2).stride(1, 2, 1))),
        prints("AvgPool1d(kernel_size=(2,), stride=(2,), padding=(0,))", () -> new AvgPool1d(2)),
        prints("AvgPool2d(kernel_size=2, stride=1, padding=0)", () -> new AvgPool2d(2, 1)),
        prints(
            "AvgPool2d(kernel_size=(2, 3), stride=(2, 3), padding=1)",
            () ->
                new AvgPool2d(
                    new AvgPoolOptions(2, 3)
                        .padding(1)
                        .ceil_mode(true)
                        .count_include_pad(false)
                        .divisor_override(5))),
        prints("AvgPool3d(kernel_size=2, stride=2, padding=0)", () -> new AvgPool3d(2)),
        prints("AdaptiveAvgPool1d(output_size=5)", () -> new AdaptiveAvgPool1d(5)),
        prints("AdaptiveAvgPool2d(output_size=(6, 6))", () -> new AdaptiveAvgPool2d(6, 6)),
        prints("AdaptiveAvgPool2d(output_size=(None, 7))", () -> new AdaptiveAvgPool2d(-1, 7)),
        prints("AdaptiveAvgPool3d(output_size=1)", () -> new AdaptiveAvgPool3d(1)),
        prints("AdaptiveMaxPool1d(output_size=None)", () -> new AdaptiveMaxPool1d(-1)),
        prints("AdaptiveMaxPool2d(output_size=2)", () -> new AdaptiveMaxPool2d(2)),
        prints("AdaptiveMaxPool3d(output_size=(1, 2, 3))", () -> new AdaptiveMaxPool3d(1, 2, 3)));
  }

  @TestFactory
  Stream<DynamicTest> padding() {
    return Stream.of(
        prints("ConstantPad1d(padding=(2, 2), value=3.5)", () -> new ConstantPad1d(2, 3.5)),
        prints(
            "ConstantPad2d(padding=(3, 0, 2, 1), value=0.0)",
            () -> new ConstantPad2d(new long[] {3, 0, 2, 1}, 0)),
        prints(
            "ConstantPad3d(padding=(1, 1, 1, 1, 1, 1), value=-1.0)",
            () -> new ConstantPad3d(1, -1)),
        prints("ZeroPad1d((1, 2))", () -> new ZeroPad1d(1, 2)),
        prints("ZeroPad2d((2, 2, 2, 2))", () -> new ZeroPad2d(2)),
        prints("ZeroPad3d((1, 1, 1, 1, 1, 1))", () -> new ZeroPad3d(1)),
        prints("ReflectionPad1d((2, 2))", () -> new ReflectionPad1d(2)),
        prints("ReflectionPad2d((1, 1, 2, 0))", () -> new ReflectionPad2d(1, 1, 2, 0)),
        prints("ReflectionPad3d((1, 1, 1, 1, 1, 1))", () -> new ReflectionPad3d(1)),
        prints("ReplicationPad1d((2, 2))", () -> new ReplicationPad1d(2)),
        prints("ReplicationPad2d((2, 2, 2, 2))", () -> new ReplicationPad2d(2)),
        prints("ReplicationPad3d((1, 1, 1, 1, 1, 1))", () -> new ReplicationPad3d(1)),
        prints("CircularPad1d((2, 2))", () -> new CircularPad1d(2)),
        prints("CircularPad2d((2, 2, 2, 2))", () -> new CircularPad2d(2)),
        prints("CircularPad3d((3, 3, 6, 6, 1, 1))", () -> new CircularPad3d(3, 3, 6, 6, 1, 1)));
  }

  @TestFactory
  Stream<DynamicTest> dropout() {
    return Stream.of(
        prints("Dropout(p=0.5, inplace=False)", Dropout::new),
        prints("Dropout(p=0.2, inplace=True)", () -> new Dropout(0.2, true)),
        prints("Dropout1d(p=0.5, inplace=False)", Dropout1d::new),
        prints("Dropout2d(p=0.1, inplace=False)", () -> new Dropout2d(0.1)),
        prints("Dropout3d(p=0.5, inplace=False)", Dropout3d::new),
        prints("AlphaDropout(p=0.3, inplace=True)", () -> new AlphaDropout(0.3, true)),
        prints("FeatureAlphaDropout(p=0.5, inplace=False)", FeatureAlphaDropout::new));
  }

  @TestFactory
  Stream<DynamicTest> recurrent() {
    return Stream.of(
        prints("RNN(4, 5)", () -> new RNN(4, 5)),
        // Torch's RNN does not print its nonlinearity; its cell does.
        prints("RNN(4, 5)", () -> new RNN(new RNNOptions(4, 5).nonlinearity("relu"))),
        prints("LSTM(4, 5)", () -> new LSTM(4, 5)),
        prints(
            "LSTM(4, 5, proj_size=2, num_layers=3, bias=False, batch_first=True, dropout=0.5,"
                + " bidirectional=True)",
            () ->
                new LSTM(
                    new LSTMOptions(4, 5)
                        .proj_size(2)
                        .num_layers(3)
                        .bias(false)
                        .batch_first(true)
                        .dropout(0.5)
                        .bidirectional(true))),
        prints(
            "GRU(4, 5, num_layers=2, dropout=0.1)",
            () -> new GRU(new GRUOptions(4, 5).num_layers(2).dropout(0.1))),
        prints("RNNCell(4, 5)", () -> new RNNCell(4, 5)),
        prints(
            "RNNCell(4, 5, bias=False, nonlinearity=relu)", () -> new RNNCell(4, 5, false, "relu")),
        prints("LSTMCell(4, 5)", () -> new LSTMCell(4, 5)),
        prints("GRUCell(4, 5, bias=False)", () -> new GRUCell(4, 5, false)));
  }

  @TestFactory
  Stream<DynamicTest> shapeAndEmbedding() {
    return Stream.of(
        prints("Flatten(start_dim=1, end_dim=-1)", Flatten::new),
        prints("Flatten(start_dim=0, end_dim=2)", () -> new Flatten(0, 2)),
        prints("Unflatten(dim=1, unflattened_size=(2, 5))", () -> new Unflatten(1, 2, 5)),
        prints("Unflatten(dim=1, unflattened_size=(10,))", () -> new Unflatten(1, 10)),
        prints("Identity()", Identity::new),
        prints("Sum()", Sum::new),
        prints(
            "Upsample(scale_factor=2.0, mode='nearest')",
            () -> new Upsample(new UpsampleOptions().scale_factor(2))),
        prints(
            "Upsample(scale_factor=(2.0, 1.5), mode='bilinear')",
            () ->
                new Upsample(
                    new UpsampleOptions()
                        .scale_factor(2, 1.5)
                        .mode("bilinear")
                        .align_corners(true))),
        prints(
            "Upsample(size=8, mode='linear')",
            () -> new Upsample(new UpsampleOptions().size(8).mode("linear"))),
        prints(
            "Upsample(size=(8, 9), mode='nearest-exact')",
            () -> new Upsample(new UpsampleOptions().size(8, 9).mode("nearest-exact"))),
        prints("PixelShuffle(upscale_factor=3)", () -> new PixelShuffle(3)),
        prints("PixelUnshuffle(downscale_factor=2)", () -> new PixelUnshuffle(2)),
        prints("ChannelShuffle(groups=2)", () -> new ChannelShuffle(2)),
        prints("Embedding(10, 3)", () -> new Embedding(10, 3)),
        prints(
            "Embedding(10, 3, padding_idx=9, max_norm=1.0, norm_type=1.0,"
                + " scale_grad_by_freq=True, sparse=True)",
            () ->
                new Embedding(
                    new EmbeddingOptions(10, 3)
                        .padding_idx(-1)
                        .max_norm(1)
                        .norm_type(1)
                        .scale_grad_by_freq(true)
                        .sparse(true))));
  }
}
