package org.jennit.explain;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.image.transform.Preprocessing;
import org.jennit.internal.Scoped;

/**
 * What a model takes: from image files to its input, and back to pictures. Everything is on the
 * CPU.
 *
 * @param grey whether the input has one channel
 */
public record InputFormat(Preprocessing preprocessing, boolean grey) {
  private static final int DIGIT_PIXELS = 28;
  // Of ITU-R BT.601, as Pillow turns colours to grey.
  private static final double[] LUMA = {0.299, 0.587, 0.114};

  /**
   * What settings say, and for the rest what the model was trained with.
   *
   * @throws SettingException where they do not go together
   */
  public static InputFormat of(PreprocessingSettings settings, LoadedModel model) {
    boolean grey = settings.grey() || model.isDigits();
    Preprocessing defaults =
        model.isDigits()
            ? Preprocessing.imagenet()
                .withCrop(DIGIT_PIXELS)
                .withSize(DIGIT_PIXELS)
                .withMean(0, 0, 0)
                .withStd(1, 1, 1)
            : Preprocessing.imagenet();
    int crop = settings.crop() != null ? settings.crop() : defaults.crop();
    int size = settings.size() != null ? settings.size() : Math.max(crop, defaults.size());
    return SettingException.of(
        List.of("size", "crop", "mean", "std"),
        () ->
            new InputFormat(
                new Preprocessing(
                    size,
                    crop,
                    settings.interpolation() != null
                        ? settings.interpolation()
                        : defaults.interpolation(),
                    channels(settings.mean(), defaults.mean()),
                    channels(settings.std(), defaults.std()),
                    model.compute().dtype()),
                grey));
  }

  private static List<Double> channels(List<Double> given, List<Double> defaults) {
    if (given == null) {
      return defaults;
    }
    return given.size() == 1 ? List.of(given.get(0), given.get(0), given.get(0)) : given;
  }

  /** Of the input: 1 or 3. */
  public int channels() {
    return grey ? 1 : 3;
  }

  /** The shape of one input, with the dimension that counts. */
  public long[] shape(long count) {
    return new long[] {count, channels(), preprocessing.crop(), preprocessing.crop()};
  }

  /** One image as channels x height x width; the caller's scope owns it. */
  public Tensor read(Path file) throws IOException {
    return channels(preprocessing.apply(file));
  }

  /** As above, from the bytes of a file. */
  public Tensor read(InputStream in) throws IOException {
    return channels(preprocessing.apply(in));
  }

  /** As above, from an image that is decoded. */
  public Tensor read(BufferedImage image) {
    return channels(preprocessing.apply(image));
  }

  private Tensor channels(Tensor rgb) {
    return grey ? grey(rgb) : rgb;
  }

  private static Tensor grey(Tensor rgb) {
    return Scoped.tensor(
        () -> {
          Tensor first = rgb.narrow(0, 0, 1);
          // A grey image has three equal channels, which no rounding shall change.
          return torch.equal(first.expand_as(rgb), rgb)
              ? first.clone()
              : rgb.mul(column(LUMA, rgb)).sum(new long[] {0}, true, null);
        });
  }

  private static Tensor column(double[] values, Tensor like) {
    return Tensor.create(values).to(like.scalar_type()).view(-1, 1, 1);
  }

  /** The smallest value that an input can have, for each channel. */
  public List<Double> low() {
    return bound(0);
  }

  /** The largest value that an input can have, for each channel. */
  public List<Double> high() {
    return bound(1);
  }

  private List<Double> bound(double pixel) {
    return Stream.iterate(0, channel -> channel < channels(), channel -> channel + 1)
        .map(c -> (pixel - preprocessing.mean().get(c)) / preprocessing.std().get(c))
        .toList();
  }

  /** What the model saw, as a picture: height x width x 3 bytes; the caller's scope owns it. */
  public Tensor picture(Tensor input) {
    return Scoped.tensor(
        () -> {
          Tensor values =
              input
                  .mul(column(first(preprocessing.std()), input))
                  .add(column(first(preprocessing.mean()), input));
          Scalar black = new Scalar(0.0);
          Scalar white = new Scalar(255.0);
          return values
              .mul(white)
              .round()
              .clamp(new ScalarOptional(black), new ScalarOptional(white))
              .to(torch.ScalarType.Byte)
              .expand(3, -1, -1)
              .permute(1, 2, 0)
              .contiguous();
        });
  }

  private double[] first(List<Double> values) {
    return values.stream().limit(channels()).mapToDouble(Double::doubleValue).toArray();
  }
}
