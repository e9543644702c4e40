package org.jennit.image;

import java.util.OptionalDouble;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** From values to bytes: low becomes 0, high becomes 255, what lies beyond is clipped. */
final class Normalization {
  private static final double WHITE = 255;

  private Normalization() {}

  /**
   * Bytes are taken as they are. Where both bounds are equal, values above them become 255 and all
   * others 0, as in Zennit. Leaves its temporaries to the caller's scope.
   *
   * @param pixels on the CPU; H x W x C, or N x H x W x C to normalise every picture by itself
   * @throws IllegalArgumentException where a value is NaN or infinite
   */
  static Tensor toBytes(Tensor pixels, ImgifyOptions options) {
    if (pixels.scalar_type().intern() == ScalarType.Byte) {
      return pixels;
    }
    Tensor values = pixels.to(ScalarType.Double);
    requireFinite(values);
    long[] dims = LongStream.range(options.batch() ? 1 : 0, values.dim()).toArray();
    NormBounds bounds = NormBounds.of(values, options.symmetric(), dims);
    Tensor low = override(options.vmin(), bounds.low());
    Tensor high = override(options.vmax(), bounds.high());
    return values
        .sub(low)
        .div(high.sub(low))
        .mul(new Scalar(WHITE))
        .clamp(new ScalarOptional(new Scalar(0.0)), new ScalarOptional(new Scalar(WHITE)))
        .nan_to_num()
        .to(ScalarType.Byte);
  }

  private static Tensor override(OptionalDouble given, Tensor computed) {
    return given.isPresent()
        ? torch.tensor(given.getAsDouble(), new TensorOptions(ScalarType.Double))
        : computed;
  }

  private static void requireFinite(Tensor values) {
    long bad = values.isfinite().logical_not().sum().item_long();
    if (bad > 0) {
      throw new IllegalArgumentException(
          "a picture needs finite values, but "
              + bad
              + " of "
              + values.numel()
              + " are NaN or infinite; nan_to_num() replaces them");
    }
  }
}
