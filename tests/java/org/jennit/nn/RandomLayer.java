package org.jennit.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A layer of any type and an input for it, both drawn at random: mostly what fits, with absurd
 * values in between. What was drawn can be read in {@link #toString}.
 */
final class RandomLayer {
  private static final List<String> TYPES =
      List.of(
          "Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d Linear Bilinear",
          "MaxPool1d MaxPool2d MaxPool3d AvgPool1d AvgPool2d AvgPool3d",
          "AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d",
          "AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d",
          "ConstantPad1d ConstantPad2d ConstantPad3d ZeroPad1d ZeroPad2d ZeroPad3d",
          "ReflectionPad1d ReflectionPad2d ReflectionPad3d",
          "ReplicationPad1d ReplicationPad2d ReplicationPad3d",
          "CircularPad1d CircularPad2d CircularPad3d",
          "BatchNorm1d BatchNorm2d BatchNorm3d InstanceNorm1d InstanceNorm2d InstanceNorm3d",
          "LayerNorm GroupNorm LocalResponseNorm Flatten Unflatten Sum Identity",
          "PixelShuffle PixelUnshuffle ChannelShuffle Upsample Upsample Upsample Embedding",
          "MatMul Mul Add CosineSimilarity ScaledDotProductAttention",
          "MultiheadAttention TransformerEncoderLayer TransformerEncoder",
          "RNN LSTM GRU RNNCell LSTMCell GRUCell Gate GatedLinear",
          "ReLU ELU CELU LeakyReLU Hardtanh Threshold RReLU Softplus Hardshrink Softshrink GELU",
          "GLU Softmax Softmin LogSoftmax Softmax2d PReLU Sigmoid Tanh SiLU Mish",
          "Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout");
  private static final String[] ALL = String.join(" ", TYPES).split(" ", -1);
  private static final long[] ABSURD = {
    0,
    -1,
    -5,
    7,
    100,
    4096,
    65_535,
    1L << 20,
    (1L << 31) - 1,
    1L << 31,
    1L << 32,
    1L << 40,
    1L << 61,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };
  private static final String[] MODES = {
    "nearest", "nearest-exact", "area", "linear", "bilinear", "bicubic", "trilinear"
  };
  private static final String[] PADDING_MODES = {"zeros", "reflect", "replicate", "circular"};
  private static final ScalarType[] DTYPES = {
    ScalarType.Double,
    ScalarType.Long,
    ScalarType.Bool,
    ScalarType.Half,
    ScalarType.BFloat16,
    ScalarType.ComplexFloat,
    ScalarType.Byte
  };

  private final Random random;
  private final String type;
  private final int dims;
  private final Arguments arguments = new Arguments();
  private final StringJoiner text;

  RandomLayer(Random random) {
    this.random = random;
    type = ALL[random.nextInt(ALL.length)];
    char last = type.charAt(type.length() - 2);
    dims = type.endsWith("d") && Character.isDigit(last) ? last - '0' : 2;
    text = new StringJoiner(", ", type + "(", ")");
    draw();
  }

  /** Makes the layer; throws what its factory throws. */
  Layer layer() {
    return new Layer(type, arguments) {};
  }

  /** How many inputs the type takes at least. */
  int inputs() {
    return switch (type) {
      case "Bilinear", "MatMul", "Mul", "Add", "CosineSimilarity" -> 2;
      case "ScaledDotProductAttention", "MultiheadAttention" -> 3;
      default -> 1;
    };
  }

  @Override
  public String toString() {
    return text.toString();
  }

  private void draw() {
    if (type.startsWith("Conv")) {
      drawConvolution();
    } else if (type.contains("Pool")) {
      drawPooling();
    } else if (type.contains("Pad")) {
      integers("padding", random.nextBoolean() ? 1 : 2 * dims, 0, 2);
      if (type.startsWith("Constant")) {
        number("value");
      }
    } else if (type.startsWith("BatchNorm") || type.startsWith("Instance")) {
      integers("num_features", 1, 2, 4);
      flag("affine");
      flag("track_running_stats");
    } else if (type.contains("RNN") || type.contains("LSTM") || type.contains("GRU")) {
      integers("input_size", 1, 2, 4);
      integers("hidden_size", 1, 1, 3);
      if (!type.endsWith("Cell")) {
        integers("num_layers", 1, 1, 2);
        flag("bidirectional");
        flag("batch_first");
      }
    } else {
      drawOther();
    }
  }

  private void drawConvolution() {
    integers("in_channels", 1, 2, 4);
    integers("out_channels", 1, 2, 4);
    integers("kernel_size", random.nextBoolean() ? 1 : dims, 1, 3);
    sometimes("stride");
    sometimes("padding");
    sometimes("dilation");
    if (random.nextInt(3) == 0) {
      integers("groups", 1, 1, 2);
    }
    if (type.startsWith("ConvTranspose")) {
      sometimes("output_padding");
    } else if (random.nextInt(3) == 0) {
      choice("padding_mode", PADDING_MODES);
    }
  }

  private void drawPooling() {
    if (type.startsWith("Adaptive")) {
      integers("output_size", random.nextBoolean() ? 1 : dims, 1, 4);
      return;
    }
    integers("kernel_size", random.nextBoolean() ? 1 : dims, 1, 3);
    sometimes("stride");
    sometimes("padding");
    flag("ceil_mode");
    if (type.startsWith("Max")) {
      sometimes("dilation");
    }
  }

  private void drawOther() {
    switch (type) {
      case "Linear" -> {
        integers("in_features", 1, 2, 4);
        integers("out_features", 1, 1, 3);
      }
      case "MultiheadAttention" -> {
        integers("embed_dim", 1, 2, 4);
        integers("num_heads", 1, 1, 2);
      }
      case "TransformerEncoderLayer" -> drawTransformerLayer();
      case "TransformerEncoder" -> {
        drawTransformerLayer();
        integers("num_layers", 1, 1, 2);
      }
      case "Bilinear" -> {
        integers("in1_features", 1, 2, 4);
        integers("in2_features", 1, 2, 4);
        integers("out_features", 1, 1, 3);
      }
      case "GatedLinear" -> {
        integers("in_features", 1, 2, 4);
        integers("gated_features", 1, 1, 3);
        integers("out_features", 1, 1, 3);
      }
      case "LayerNorm" -> integers("normalized_shape", 1 + random.nextInt(3), 2, 4);
      case "GroupNorm" -> {
        integers("num_groups", 1, 1, 2);
        integers("num_channels", 1, 2, 4);
      }
      case "LocalResponseNorm" -> integers("size", 1, 1, 4);
      case "Flatten" -> {
        integers("start_dim", 1, 0, 2);
        integers("end_dim", 1, -1, 3);
      }
      case "Unflatten" -> {
        integers("dim", 1, -1, 3);
        integers("unflattened_size", 1 + random.nextInt(3), -1, 3);
      }
      case "Sum", "GLU", "Softmax", "Softmin", "LogSoftmax" -> integers("dim", 1, -1, 2);
      case "PixelShuffle" -> integers("upscale_factor", 1, 1, 2);
      case "PixelUnshuffle" -> integers("downscale_factor", 1, 1, 2);
      case "ChannelShuffle" -> integers("groups", 1, 1, 2);
      case "Embedding" -> {
        integers("num_embeddings", 1, 2, 8);
        integers("embedding_dim", 1, 1, 3);
        if (random.nextInt(3) == 0) {
          number("max_norm");
        }
      }
      case "Upsample" -> drawUpsample();
      case "ELU", "CELU" -> number("alpha");
      case "LeakyReLU" -> number("negative_slope");
      case "Threshold" -> {
        number("threshold");
        number("value");
      }
      case "Softplus" -> {
        number("beta");
        number("threshold");
      }
      case "Hardshrink", "Softshrink" -> number("lambd");
      case "PReLU" -> integers("num_parameters", 1, 1, 4);
      default -> {
        if (type.contains("Dropout")) {
          number("p");
        }
      }
    }
  }

  private void drawTransformerLayer() {
    integers("d_model", 1, 2, 4);
    integers("nhead", 1, 1, 2);
    integers("dim_feedforward", 1, 1, 4);
  }

  private void drawUpsample() {
    if (random.nextBoolean()) {
      integers("size", random.nextBoolean() ? 1 : 2, 1, 6);
    } else {
      number("scale_factor");
    }
    choice("mode", MODES);
  }

  private void sometimes(String option) {
    if (random.nextInt(3) == 0) {
      integers(option, random.nextBoolean() ? 1 : dims, option.endsWith("padding") ? 0 : 1, 2);
    }
  }

  private void integers(String option, int count, int least, int most) {
    long[] values = LongStream.generate(() -> integer(least, most)).limit(count).toArray();
    arguments.put(option, values);
    text.add(option + "=" + Arrays.toString(values));
  }

  private long integer(int least, int most) {
    return random.nextInt(12) == 0
        ? ABSURD[random.nextInt(ABSURD.length)]
        : least + random.nextInt(most - least + 1);
  }

  private void number(String option) {
    double[] values = {0.5, 1, 2, 3.5, 0, -1, 1e-30, 1e9, 1e30, 1e300, Double.NaN, 1.0 / 0};
    double value = values[random.nextInt(random.nextInt(3) == 0 ? values.length : 4)];
    arguments.put(option, value);
    text.add(option + "=" + value);
  }

  private void flag(String option) {
    boolean value = random.nextBoolean();
    arguments.put(option, value);
    text.add(option + "=" + value);
  }

  private void choice(String option, String... values) {
    String value = values[random.nextInt(values.length)];
    arguments.put(option, value);
    text.add(option + "=" + value);
  }

  /** An input, in the thread's scope. */
  Tensor input() {
    int rank = random.nextInt(6) == 0 ? random.nextInt(7) : rank();
    long[] shape = new long[rank];
    for (int i = 0; i < rank; i++) {
      shape[i] = random.nextInt(20) == 0 ? random.nextInt(2) : 2 + 2L * random.nextInt(3);
      if (i == 1 || rank == 1 || (i == rank - 1 && dims == 2 && rank < 4)) {
        shape[i] = 2 + 2L * random.nextInt(2);
      }
    }
    Tensor input;
    if (type.equals("Embedding") && random.nextInt(5) > 0) {
      input =
          torch.randint(random.nextInt(4) == 0 ? -9 : 0, random.nextInt(4) == 0 ? 99 : 2, shape);
      input = input.to(ScalarType.Long);
    } else {
      input = torch.rand(shape, options(ScalarType.Float));
    }
    if (random.nextInt(5) == 0) {
      input = input.to(DTYPES[random.nextInt(DTYPES.length)]);
    }
    if (rank > 0 && random.nextInt(12) == 0) {
      input = expanded(input);
    } else if (rank > 1 && random.nextInt(6) == 0) {
      input = input.transpose(0, rank - 1);
    }
    if (input.is_floating_point() && random.nextInt(4) > 0) {
      input = input.requires_grad_(true);
    }
    text.add(
        "over "
            + Arrays.toString(input.sizes().vec().get())
            + " "
            + input.dtype().name().getString());
    return input;
  }

  private int rank() {
    int batch = random.nextInt(4) == 0 ? 0 : 1;
    if (type.endsWith("1d") || type.endsWith("2d") || type.endsWith("3d")) {
      return dims + 1 + batch;
    }
    return type.startsWith("Pixel") || type.equals("Upsample") ? 3 + batch : 1 + random.nextInt(3);
  }

  /** A view that says to be larger than it is. */
  private Tensor expanded(Tensor input) {
    int dim = random.nextInt((int) input.dim());
    long size = 1L << (10 + random.nextInt(38));
    List<Long> sizes = new ArrayList<>();
    for (int i = 0; i < input.dim(); i++) {
      sizes.add(i == dim ? size : input.size(i));
    }
    return input
        .narrow(dim, 0, Math.min(1, input.size(dim)))
        .expand(sizes.stream().mapToLong(s -> s).toArray());
  }

  private static TensorOptions options(ScalarType dtype) {
    return new TensorOptions().dtype(new ScalarTypeOptional(dtype));
  }
}
