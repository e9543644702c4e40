package org.jennit.nn;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
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
            () -> new Embedding(new EmbeddingOptions(3, 2).padding_idx(3))),
        refused("LSTM", "'hidden_size'", () -> new LSTM(2, 0)),
        refused("GRU", "'num_layers'", () -> new GRU(new GRUOptions(2, 3).num_layers(0))),
        refused("GRU", "'dropout'", () -> new GRU(new GRUOptions(2, 3).dropout(1.5))),
        refused("LSTM", "'proj_size'", () -> new LSTM(new LSTMOptions(2, 3).proj_size(3))),
        refused("RNN", "'nonlinearity'", () -> new RNN(new RNNOptions(2, 3).nonlinearity("sin"))),
        refused("RNNCell", "'nonlinearity'", () -> new RNNCell(2, 3, true, "elu")),
        refused(
            "GRU",
            "no option 'proj_size'",
            made(
                "GRU",
                new Arguments().put("input_size", 2).put("hidden_size", 3).put("proj_size", 1))),
        refused(
            "LSTMCell",
            "no option 'num_layers'",
            made(
                "LSTMCell",
                new Arguments().put("input_size", 2).put("hidden_size", 3).put("num_layers", 2))));
  }

  @TestFactory
  Stream<DynamicTest> inputsOfRecurrentLayers() {
    Layer lstm = new LSTM(new LSTMOptions(2, 3).num_layers(2).bidirectional(true));
    Layer gru = new GRU(2, 3);
    Layer cell = new LSTMCell(2, 3);
    Tensor x = torch.randn(5, 4, 2);
    Tensor h = torch.randn(4, 4, 3);
    return Stream.of(
        refused("LSTM", "to be 2D or 3D, got 4D", () -> lstm.forward(torch.randn(1, 5, 4, 2))),
        refused("LSTM", "expected 2, got 3", () -> lstm.forward(torch.randn(5, 4, 3))),
        refused("LSTM", "at least one step", () -> lstm.forward(torch.randn(0, 4, 2))),
        refused("LSTM", "dtype of the parameters", () -> lstm.forward(x.to(ScalarType.Double))),
        refused("LSTM", "h_0 and c_0 or none", () -> lstm.forward(x, h)),
        refused("LSTM", "h_0 and c_0 or none", () -> lstm.forward(x, h, h, h)),
        refused(
            "LSTM",
            "expected c_0 of size [4, 4, 3] for this input, got [2, 4, 3]",
            () -> lstm.forward(x, h, torch.randn(2, 4, 3))),
        refused(
            "LSTM",
            "expected h_0 of size [4, 3] for this input, got [4, 4, 3]",
            () -> lstm.forward(torch.randn(5, 2), h, h)),
        refused("LSTM", "h_0 must have", () -> lstm.forward(x, h.to(ScalarType.Double), h)),
        refused(
            "GRU",
            "lengths must be one integer for each of the 4 samples",
            () -> gru.forward(x, Tensor.create(5L, 5L))),
        refused(
            "GRU",
            "from 1 to 5, the steps of the input, but one is 6",
            () -> gru.forward(x, Tensor.create(1L, 2L, 6L, 1L))),
        refused("GRU", "but one is 0", () -> gru.forward(x, Tensor.create(1L, 2L, 0L, 1L))),
        refused(
            "GRU",
            "lengths are for an input with a batch",
            () -> gru.forward(torch.randn(5, 2), Tensor.create(5L))),
        refused("LSTMCell", "to be 1D or 2D, got 3D", () -> cell.forward(x)),
        refused(
            "LSTMCell",
            "expected h_0 of size [4, 3] for this input, got [5, 3]",
            () -> cell.forward(torch.randn(4, 2), torch.randn(5, 3), torch.randn(5, 3))),
        refused(
            "LSTMCell",
            "takes an input, then h_0 and c_0 or none",
            () -> cell.forward(torch.randn(4, 2), Tensor.create(1L, 1L, 1L, 1L))));
  }

  /** More elements than anybody could go through: a view of one. */
  private static Tensor endless(long... sizes) {
    return torch.ones(1).expand(sizes);
  }

  @TestFactory
  Stream<DynamicTest> sizesThatLibTorchDoesNotCheck() {
    long most = Integer.MAX_VALUE;
    long more = most + 1;
    Tensor row = torch.ones(1, 1, 3);
    Tensor picture = torch.ones(1, 1, 3, 3);
    return Stream.of(
        refused("ReplicationPad1d", "'padding'", () -> new ReplicationPad1d(more)),
        refused("ReplicationPad2d", "'padding'", () -> new ReplicationPad2d(0, more, 0, 0)),
        refused("ReplicationPad3d", "'padding'", () -> new ReplicationPad3d(-more)),
        refused("ZeroPad2d", "'padding'", () -> new ZeroPad2d(Long.MAX_VALUE)),
        refused(
            "ReplicationPad2d",
            "overflowed",
            () -> new Sequential(new ReplicationPad2d(most)).forward(picture)),
        refused(
            "ReflectionPad1d",
            "adding size should be less than the corresponding input dimension",
            () -> new Sequential(new ReflectionPad1d(3)).forward(row)),
        refused(
            "CircularPad2d",
            "adding value causes wrapping around more than once",
            () -> new Sequential(new CircularPad2d(4)).forward(picture)),
        refused(
            "Sequential",
            "elements, more than any memory holds",
            () -> new Sequential(new AdaptiveAvgPool2d(1)).forward(endless(1, 1, more, more))),
        refused(
            "Sequential",
            "elements, more than any memory holds",
            () -> new Sequential(new Sum()).forward(endless(1, more, more))));
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
