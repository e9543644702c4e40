package org.jennit.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.image.ColorMap;
import org.jennit.image.ColorMapException;
import org.jennit.image.Image;
import org.jennit.image.ImgifyOptions;
import org.jennit.image.NormBounds;

/**
 * The reference cases of the picture. Each method takes a case and its tensors, returns the largest
 * error, and throws an AssertionError where it is beyond what the vectors' README allows.
 */
public final class PictureCases {
  private static final double RELATIVE = 1e-9;
  private static final double OFF_BY_ONE = 1;
  private static final Set<String> IMGIFY_ARGUMENTS =
      Set.of("vmin", "vmax", "cmap", "level", "symmetric", "grid", "gridfill");

  private PictureCases() {}

  public static double palette(JsonNode caseNode, Map<String, Tensor> tensors) {
    ColorMap map = ColorMap.of(caseNode.get("cmap").asText());
    byte[] palette = map.palette(caseNode.path("level").asDouble(1));
    return requireWithin(0, differenceOfBytes(palette, bytes(tensors.get("palette"))));
  }

  public static double palette_error(JsonNode caseNode, Map<String, Tensor> tensors) {
    String source = caseNode.get("source").asText();
    try {
      ColorMap.of(source);
    } catch (ColorMapException expected) {
      return 0;
    }
    throw new AssertionError("the colour map '" + source + "' should be refused");
  }

  public static double imgify(JsonNode caseNode, Map<String, Tensor> tensors) {
    Image image = Image.imgify(tensors.get("input"), options(caseNode.path("args")));
    Tensor expected = tensors.get("image");
    long[] shape = {image.height(), image.width(), 3};
    requireShape(expected.shape(), shape);
    return requireWithin(OFF_BY_ONE, differenceOfBytes(image.pixels(), bytes(expected)));
  }

  public static double norm_bounds(JsonNode caseNode, Map<String, Tensor> tensors) {
    JsonNode arguments = caseNode.path("args");
    long[] dim =
        StreamSupport.stream(arguments.path("dim").spliterator(), false)
            .mapToLong(JsonNode::asLong)
            .toArray();
    boolean symmetric = arguments.path("symmetric").asBoolean(false);
    try (NormBounds bounds = Image.interval_norm_bounds(tensors.get("input"), symmetric, dim)) {
      double low = relativeError(bounds.low(), tensors.get("low"));
      double high = relativeError(bounds.high(), tensors.get("high"));
      return requireWithin(RELATIVE, Math.max(low, high));
    }
  }

  private static ImgifyOptions options(JsonNode arguments) {
    ImgifyOptions options = ImgifyOptions.defaults();
    for (Iterator<String> names = arguments.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!IMGIFY_ARGUMENTS.contains(name)) {
        throw new AssertionError("unknown argument of imgify: " + name);
      }
      options = arguments.get(name).isNull() ? options : with(options, name, arguments.get(name));
    }
    return options;
  }

  private static ImgifyOptions with(ImgifyOptions options, String name, JsonNode value) {
    return switch (name) {
      case "vmin" -> options.withVmin(value.asDouble());
      case "vmax" -> options.withVmax(value.asDouble());
      case "cmap" -> options.withCmap(value.asText());
      case "level" -> options.withLevel(value.asDouble());
      case "symmetric" -> options.withSymmetric(value.asBoolean());
      case "gridfill" -> options.withGridfill(value.asInt());
      default -> {
        if (value.isArray()) {
          yield options.withGrid(value.get(0).asInt(), value.get(1).asInt());
        }
        yield value.asBoolean() ? options.withGrid() : options;
      }
    };
  }

  private static byte[] bytes(Tensor tensor) {
    try (PointerScope temporaries = new PointerScope()) {
      byte[] bytes = new byte[Math.toIntExact(tensor.numel())];
      new BytePointer(tensor.contiguous().data_ptr()).get(bytes);
      return bytes;
    }
  }

  private static double differenceOfBytes(byte[] actual, byte[] expected) {
    requireShape(new long[] {expected.length}, new long[] {actual.length});
    int largest = 0;
    for (int i = 0; i < actual.length; i++) {
      largest = Math.max(largest, Math.abs((actual[i] & 0xff) - (expected[i] & 0xff)));
    }
    return largest;
  }

  private static double relativeError(Tensor actual, Tensor expected) {
    requireShape(expected.shape(), actual.shape());
    try (PointerScope temporaries = new PointerScope()) {
      Tensor exact = expected.to(ScalarType.Double);
      double error = actual.to(ScalarType.Double).sub(exact).abs().max().item_double();
      double scale = exact.abs().max().item_double();
      return scale > 0 ? error / scale : error;
    }
  }

  private static void requireShape(long[] expected, long[] actual) {
    if (!Arrays.equals(expected, actual)) {
      throw new AssertionError(
          "shape is " + Arrays.toString(actual) + ", expected " + Arrays.toString(expected));
    }
  }

  private static double requireWithin(double tolerance, double error) {
    // Written so that NaN fails too.
    if (!(error <= tolerance)) {
      throw new AssertionError("largest error is " + error + ", allowed is " + tolerance);
    }
    return error;
  }
}
