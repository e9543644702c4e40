package org.jennit.image.transform;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.bytedeco.javacpp.indexer.Indexer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What turns an image into the input of a classifier: upright RGB, {@code Resize(size)}, {@code
 * CenterCrop(crop)}, {@code ToTensor}, {@code Normalize(mean, std)}, equal to torchvision 0.25 on
 * the same Pillow image (lossless files to the bit; JPEG as far as two decoders agree).
 *
 * <p>PNG, JPEG, GIF (first frame), BMP and TIFF are read. Grey becomes three equal channels, alpha
 * is dropped, colour profiles are not applied, the EXIF orientation is. Of 16-bit samples the high
 * byte is kept; Pillow does so too, but turns 16-bit grey white when it converts it to RGB, which
 * is not followed. CMYK is converted by Pillow's formula.
 *
 * <p>Instances are immutable and may be shared between threads. For pixels in [0, 1] take {@code
 * withMean(0, 0, 0).withStd(1, 1, 1)}.
 *
 * @param size pixels of the shorter side after the resize, 1 to 16384; the longer one keeps the
 *     proportion, rounded down
 * @param crop pixels of both sides of the result, 1 to {@code size}; what is larger than the size
 *     is refused when an image comes, so that both may be changed in any order
 * @param interpolation the filter of the resize
 * @param mean what is subtracted from the red, green and blue values in [0, 1]
 * @param std what they are then divided by, positive
 * @param dtype of the result, Float or Double; the arithmetic after the resize is done in it
 */
public record Preprocessing(
    int size,
    int crop,
    Interpolation interpolation,
    List<Double> mean,
    List<Double> std,
    ScalarType dtype) {

  private static final int MAX_SIZE = 1 << 14;
  private static final Preprocessing IMAGENET =
      new Preprocessing(
          256,
          224,
          Interpolation.BILINEAR,
          List.of(0.485, 0.456, 0.406),
          List.of(0.229, 0.224, 0.225),
          ScalarType.Float);

  /**
   * @throws IllegalArgumentException if an option is out of the range named above
   */
  public Preprocessing {
    Objects.requireNonNull(dtype, "dtype is null");
    Objects.requireNonNull(std, "std is null");
    Objects.requireNonNull(mean, "mean is null");
    Objects.requireNonNull(interpolation, "interpolation is null");
    dtype = dtype.intern(); // LibTorch's own answers are other objects
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    require(size >= 1 && size <= MAX_SIZE, "size must be from 1 to " + MAX_SIZE + ", not " + size);
    require(crop >= 1 && crop <= MAX_SIZE, "crop must be from 1 to " + MAX_SIZE + ", not " + crop);
    require(
        mean.size() == RgbImage.CHANNELS && mean.stream().allMatch(Double::isFinite),
        "mean must be three finite values (red, green, blue), not " + mean);
    require(
        std.size() == RgbImage.CHANNELS
            && std.stream().allMatch(value -> Double.isFinite(value) && value > 0),
        "std must be three positive values (red, green, blue), not " + std);
    require(
        dtype == ScalarType.Float || dtype == ScalarType.Double,
        "dtype must be Float or Double, not " + dtype + "; convert the result with Tensor.to");
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException("Preprocessing: " + message);
    }
  }

  /**
   * The defaults of torchvision's classification models: size 256, crop 224, bilinear, mean (0.485,
   * 0.456, 0.406), deviation (0.229, 0.224, 0.225), float32. Some weights want other values (size
   * 232; bicubic for EfficientNet): see their {@code transforms} in torchvision.
   */
  public static Preprocessing imagenet() {
    return IMAGENET;
  }

  /** A copy with another {@link #size()}; an image needs one no smaller than the crop. */
  public Preprocessing withSize(int size) {
    return new Preprocessing(size, crop, interpolation, mean, std, dtype);
  }

  /** A copy with another {@link #crop()}; an image needs one no larger than the size. */
  public Preprocessing withCrop(int crop) {
    return new Preprocessing(size, crop, interpolation, mean, std, dtype);
  }

  /** A copy with another {@link #interpolation()}. */
  public Preprocessing withInterpolation(Interpolation interpolation) {
    return new Preprocessing(size, crop, interpolation, mean, std, dtype);
  }

  /** A copy with another {@link #mean()}. */
  public Preprocessing withMean(double red, double green, double blue) {
    return new Preprocessing(size, crop, interpolation, List.of(red, green, blue), std, dtype);
  }

  /** A copy with another {@link #std()}. */
  public Preprocessing withStd(double red, double green, double blue) {
    return new Preprocessing(size, crop, interpolation, mean, List.of(red, green, blue), dtype);
  }

  /** A copy with another {@link #dtype()}. */
  public Preprocessing withDtype(ScalarType dtype) {
    return new Preprocessing(size, crop, interpolation, mean, std, dtype);
  }

  /**
   * Reads and preprocesses an image file.
   *
   * @param file in one of the formats named above
   * @return 3 x crop x crop on the CPU, owned by the caller ({@code unsqueeze(0)} makes it a batch)
   * @throws IllegalArgumentException if the crop is larger than the size
   * @throws NoSuchFileException if there is no such file
   * @throws IOException if the file cannot be read or holds no whole image; the message starts with
   *     the path
   */
  public Tensor apply(Path file) throws IOException {
    requireCropWithinSize();
    try (InputStream in = Files.newInputStream(file)) {
      return toTensor(ImageDecoder.decode(in, file.toString()));
    } catch (NoSuchFileException e) {
      throw (IOException)
          new NoSuchFileException(file.toString(), null, "no such image file").initCause(e);
    }
  }

  /**
   * Reads and preprocesses an image file's bytes.
   *
   * @param in read to the end, left open
   * @return 3 x crop x crop on the CPU, owned by the caller
   * @throws IllegalArgumentException if the crop is larger than the size
   * @throws IOException if the stream fails or holds no whole image
   */
  public Tensor apply(InputStream in) throws IOException {
    return toTensor(ImageDecoder.decode(in, "image stream"));
  }

  /**
   * Preprocesses a decoded image.
   *
   * @param image of any type; its stored samples are taken, as of a file's (it carries no EXIF
   *     orientation)
   * @return 3 x crop x crop on the CPU, owned by the caller
   * @throws IllegalArgumentException if the crop is larger than the size
   */
  public Tensor apply(BufferedImage image) {
    return toTensor(RgbImage.of(image));
  }

  private void requireCropWithinSize() {
    require(crop <= size, "crop must be from 1 to size (" + size + "), not " + crop);
  }

  private Tensor toTensor(RgbImage image) {
    requireCropWithinSize();
    return normalize(
        Resampler.resample(image, axis(image.width, image), axis(image.height, image)));
  }

  /**
   * Only what the crop keeps is resized, so that very long images cost no more than square ones.
   */
  private ResampleAxis axis(int length, RgbImage image) {
    int shorter = Math.min(image.width, image.height);
    long resized = length == shorter ? size : (long) ((double) ((long) size * length) / shorter);
    long start = (long) Math.rint((resized - crop) / 2.0); // halves to even, as Python rounds
    return ResampleAxis.of(interpolation, length, resized, start, crop);
  }

  private Tensor normalize(RgbImage image) {
    try (TensorOptions options = new TensorOptions(dtype)) {
      Tensor tensor = torch.empty(new long[] {RgbImage.CHANNELS, crop, crop}, options, null);
      try (Indexer values = tensor.createIndexer()) {
        for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
          fill(values, image.data, channel);
        }
      }
      return tensor;
    }
  }

  private void fill(Indexer values, byte[] data, int channel) {
    double[] levels = levels(channel);
    int at = channel;
    for (int y = 0; y < crop; y++) {
      for (int x = 0; x < crop; x++) {
        values.putDouble(new long[] {channel, y, x}, levels[data[at] & 0xFF]);
        at += RgbImage.CHANNELS;
      }
    }
  }

  /**
   * The normalised value of each byte; in float arithmetic for float32, so that its roundings are
   * torchvision's.
   */
  private double[] levels(int channel) {
    double mean = this.mean.get(channel);
    double std = this.std.get(channel);
    double[] levels = new double[256];
    for (int level = 0; level < levels.length; level++) {
      levels[level] =
          dtype == ScalarType.Float
              ? (level / 255f - (float) mean) / (float) std
              : (level / 255d - mean) / std;
    }
    return levels;
  }
}
