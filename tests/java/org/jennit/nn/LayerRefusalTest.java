package org.jennit.nn;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** Options that torch refuses, or that make no sense, are refused by name. */
class LayerRefusalTest {

  private static DynamicTest refused(String type, String option, Executable executable) {
    return DynamicTest.dynamicTest(
        type + ": " + option,
        () -> {
          String message = assertThrows(RuntimeException.class, executable).getMessage();
          assertTrue(message.contains(type), message);
          assertTrue(message.contains(option), message);
        });
  }

  /** A layer from arguments that no constructor would pass on. */
  private static Executable made(String type, Arguments arguments) {
    return () -> new Layer(type, arguments) {};
  }

  @TestFactory
  Stream<DynamicTest> options() {
    return Stream.of(
        refused(
            "Conv2d",
            "'kernel_size' is missing",
            made("Conv2d", new Arguments().put("in_channels", 3).put("out_channels", 4))),
        refused("BatchNorm2d", "'num_features' is missing", made("BatchNorm2d", new Arguments())),
        refused(
            "Threshold",
            "'value' is missing",
            made("Threshold", new Arguments().put("threshold", 1.0))),
        refused("ReLU", "no option 'alpha'", made("ReLU", new Arguments().put("alpha", 1.0))),
        refused(
            "Sigmoid",
            "no option 'inplace'",
            made("Sigmoid", new Arguments().put("inplace", true))),
        refused(
            "MaxPool2d",
            "no option 'return_indices'",
            made("MaxPool2d", new Arguments().put("kernel_size", 2).put("return_indices", true))),
        refused(
            "AvgPool1d",
            "no option 'divisor_override'",
            () -> new AvgPool1d(new AvgPoolOptions(2).divisor_override(2))),
        refused("ELU", "'alpha' must be", made("ELU", new Arguments().put("alpha", "one"))),
        refused("ReLU", "'inplace' must be", made("ReLU", new Arguments().put("inplace", 1))),
        refused("Frobnicate", "no layer type", made("Frobnicate", new Arguments())));
  }

  @TestFactory
  Stream<DynamicTest> values() {
    return Stream.of(
        refused("Linear", "'in_features'", () -> new Linear(0, 3)),
        refused("Conv2d", "'kernel_size'", () -> new Conv2d(3, 4, 0)),
        refused("Conv2d", "'kernel_size'", () -> new Conv2d(new ConvOptions(3, 4, 1, 2, 3))),
        refused("Conv2d", "groups", () -> new Conv2d(new ConvOptions(3, 4, 3).groups(2))),
        refused("Conv2d", "'padding'", () -> new Conv2d(new ConvOptions(3, 4, 3).padding(-1))),
        refused(
            "Conv2d", "same", () -> new Conv2d(new ConvOptions(3, 4, 3).padding("same").stride(2))),
        refused(
            "Conv2d",
            "padding_mode",
            () -> new Conv2d(new ConvOptions(3, 4, 3).padding_mode("round"))),
        refused(
            "ConvTranspose2d",
            "'stride'",
            () -> new ConvTranspose2d(new ConvTransposeOptions(3, 4, 3).stride(0))),
        refused("BatchNorm2d", "'num_features'", () -> new BatchNorm2d(0)),
        refused("BatchNorm2d", "'eps'", () -> new BatchNorm2d(new BatchNormOptions(3).eps(-1))),
        refused("InstanceNorm1d", "'num_features'", () -> new InstanceNorm1d(-2)),
        refused("LayerNorm", "'normalized_shape'", () -> new LayerNorm(3, 0)),
        refused("LayerNorm", "'normalized_shape'", () -> new LayerNorm()),
        refused("GroupNorm", "num_channels (5)", () -> new GroupNorm(2, 5)),
        refused("LocalResponseNorm", "'size'", () -> new LocalResponseNorm(0)),
        refused("CELU", "'alpha'", () -> new CELU(0)),
        refused("Hardtanh", "'max_val'", () -> new Hardtanh(1, 1)),
        refused("RReLU", "'upper'", () -> new RReLU(0.5, 0.1)),
        refused("Softshrink", "'lambd'", () -> new Softshrink(-1)),
        refused("GELU", "'approximate'", () -> new GELU("sinh")),
        refused("PReLU", "'num_parameters'", () -> new PReLU(0)),
        refused("MaxPool2d", "'kernel_size'", () -> new MaxPool2d(0)),
        refused("MaxPool2d", "'stride'", () -> new MaxPool2d(2, 0)),
        refused("MaxPool2d", "'padding'", () -> new MaxPool2d(2, 1, -1)),
        refused("MaxPool3d", "'dilation'", () -> new MaxPool3d(new MaxPoolOptions(2).dilation(0))),
        refused(
            "AvgPool2d",
            "'divisor_override'",
            () -> new AvgPool2d(new AvgPoolOptions(2).divisor_override(0))),
        refused("AdaptiveAvgPool2d", "'output_size'", () -> new AdaptiveAvgPool2d(-2)),
        refused("AdaptiveAvgPool2d", "'output_size'", () -> new AdaptiveAvgPool2d(1, 2, 3)),
        refused("ZeroPad2d", "'padding'", () -> new ZeroPad2d(1, 2)),
        refused("Dropout", "'p'", () -> new Dropout(1.5)),
        refused("Dropout2d", "'p'", () -> new Dropout2d(-0.1)),
        refused("Unflatten", "'unflattened_size'", () -> new Unflatten(1, -2)),
        refused("PixelShuffle", "'upscale_factor'", () -> new PixelShuffle(0)),
        refused("Upsample", "'size' and 'scale_factor'", () -> new Upsample(new UpsampleOptions())),
        refused(
            "Upsample",
            "'size' and 'scale_factor'",
            () -> new Upsample(new UpsampleOptions().size(2).scale_factor(2))),
        refused(
            "Upsample", "'mode'", () -> new Upsample(new UpsampleOptions().size(2).mode("cubic"))),
        refused(
            "Upsample",
            "'align_corners'",
            () -> new Upsample(new UpsampleOptions().size(2).align_corners(true))),
        refused(
            "Upsample",
            "'scale_factor'",
            () -> new Upsample(new UpsampleOptions().scale_factor(0))),
        refused(
            "Upsample",
            "'recompute_scale_factor'",
            () -> new Upsample(new UpsampleOptions().size(2).recompute_scale_factor(true))),
        refused("Embedding", "'num_embeddings'", () -> new Embedding(0, 2)),
        refused(
            "Embedding",
            "'padding_idx'",
            () -> new Embedding(new EmbeddingOptions(3, 2).padding_idx(3))));
  }

  @TestFactory
  Stream<DynamicTest> inputs() {
    return Stream.of(
        refused(
            "ReLU", "takes one tensor", () -> new ReLU().forward(torch.randn(2), torch.randn(2))),
        refused("Bilinear", "two tensors", () -> new Bilinear(2, 2, 2).forward(torch.randn(1, 2))),
        refused("Softmax2d", "3 or 4 dimensions", () -> new Softmax2d().forward(torch.randn(2, 2))),
        refused("Dropout1d", "2 or 3 dimensions", () -> new Dropout1d().forward(torch.randn(2))),
        refused(
            "Upsample",
            "4 dimensions",
            () ->
                new Upsample(new UpsampleOptions().size(2).mode("bilinear"))
                    .forward(torch.randn(1, 2, 3))),
        refused(
            "Upsample",
            "'size' has 2 values",
            () -> new Upsample(new UpsampleOptions().size(2, 2)).forward(torch.randn(1, 2, 3))));
  }
}
