package org.jennit.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.internal.AtomicFile;
import org.jennit.internal.Scoped;

/**
 * A picture of a tensor: paletted where the tensor has one channel, RGB where it has three.
 *
 * <p>Pictures are made by {@link #imgify}, with the numbers of Zennit 1.0.0. A picture lives in
 * Java memory and is immutable: it may be used from several threads, and outlives its tensor.
 */
public final class Image {
  private static final int RGB = 3;
  private static final int MAX_PIXELS = (Integer.MAX_VALUE - Long.BYTES) / RGB;

  private final int width;
  private final int height;
  private final byte[] data;
  private final byte[] palette;

  private Image(int width, int height, byte[] data, byte[] palette) {
    this.width = width;
    this.height = height;
    this.data = data;
    this.palette = palette;
  }

  /** A picture with {@link ImgifyOptions#defaults()}. */
  public static Image imgify(Tensor tensor) {
    return imgify(tensor, ImgifyOptions.defaults());
  }

  /** A picture with the default options and these colours. */
  public static Image imgify(Tensor tensor, ColorMap cmap) {
    return imgify(tensor, ImgifyOptions.defaults().withCmap(cmap));
  }

  /**
   * Makes a picture of a tensor.
   *
   * <p>Values are normalised in double precision: {@code (value - vmin) / (vmax - vmin)}, clipped
   * to [0, 1], times 255, cut off to a byte. A uint8 tensor is taken as it is. A tensor with one
   * channel becomes a paletted picture in the colours of the map; with three channels, an RGB
   * picture. Where {@code vmin} equals {@code vmax}, as in a constant tensor, values above them
   * take the high end of the colour map and all others the low end.
   *
   * @param tensor H x W, H x W x C or C x H x W with C 1 or 3 (where both fit, H x W x C is meant),
   *     after the dimension that counts pictures where the options ask for a grid; real, of any
   *     dtype, on any device, contiguous or not, with or without gradient; it is not changed
   * @throws IllegalArgumentException where the shape is another one, the tensor is empty or
   *     complex, or a value is NaN or infinite
   */
  public static Image imgify(Tensor tensor, ImgifyOptions options) {
    Objects.requireNonNull(options, "options is null");
    try (PointerScope temporaries = new PointerScope()) {
      Tensor pixels = options.batch() ? Channels.ofBatch(tensor) : Channels.ofPicture(tensor);
      Tensor bytes = Normalization.toBytes(pixels.detach().cpu(), options);
      if (options.batch()) {
        Grid grid = options.grid().orElseGet(() -> Grid.square(tensor.size(0)));
        Double fill =
            options.gridfill().isPresent() ? (double) options.gridfill().getAsInt() : null;
        bytes = grid.layOut(bytes, fill);
      }
      return of(bytes.contiguous(), options);
    }
  }

  private static Image of(Tensor bytes, ImgifyOptions options) {
    if (bytes.size(0) * bytes.size(1) > MAX_PIXELS) {
      throw new IllegalArgumentException(
          "a picture of " + bytes.size(0) + " x " + bytes.size(1) + " pixels is too large");
    }
    byte[] data = new byte[(int) bytes.numel()];
    new BytePointer(bytes.data_ptr()).get(data);
    byte[] palette = bytes.size(2) == 1 ? options.cmap().palette(options.level()) : null;
    return new Image((int) bytes.size(1), (int) bytes.size(0), data, palette);
  }

  /** Writes a picture with the default options: {@link #imsave(Path, Tensor, ImgifyOptions)}. */
  public static void imsave(Path path, Tensor tensor) {
    imgify(tensor).save(path);
  }

  /** Makes a picture as {@link #imgify(Tensor, ImgifyOptions)} and writes it as {@link #save}. */
  public static void imsave(Path path, Tensor tensor, ImgifyOptions options) {
    imgify(tensor, options).save(path);
  }

  /** As {@link #gridify(Tensor, Grid)}, in a grid as square as the number of pictures allows. */
  public static Tensor gridify(Tensor tensor) {
    return Scoped.tensor(
        () -> {
          Tensor pictures = Channels.ofBatch(tensor).detach();
          return Grid.square(pictures.size(0)).layOut(pictures, null);
        });
  }

  /** As {@link #gridify(Tensor, Grid, double)}, empty cells holding the minimum of each channel. */
  public static Tensor gridify(Tensor tensor, Grid grid) {
    Objects.requireNonNull(grid, "grid is null");
    return Scoped.tensor(() -> grid.layOut(Channels.ofBatch(tensor).detach(), null));
  }

  /**
   * Lays out pictures in a grid.
   *
   * @param tensor N x H x W, N x H x W x C or N x C x H x W with C 1 or 3
   * @param fill the value of empty cells, in the tensor's dtype
   * @return H' x W' x C with the tensor's dtype and device, without gradient; it belongs to the
   *     caller
   * @throws IllegalArgumentException where the shape is another one
   */
  public static Tensor gridify(Tensor tensor, Grid grid, double fill) {
    Objects.requireNonNull(grid, "grid is null");
    return Scoped.tensor(() -> grid.layOut(Channels.ofBatch(tensor).detach(), fill));
  }

  /**
   * The bounds that normalise a tensor: its minimum and maximum, or minus and plus its largest
   * absolute value where {@code symmetric}. NaN gives NaN.
   *
   * @param dim the dimensions to reduce, kept with size 1; default: all but the first
   * @return two tensors with the input's dtype and device, without gradient; they belong to the
   *     caller
   * @throws IllegalArgumentException where the tensor has fewer than two dimensions and none is
   *     named
   */
  public static NormBounds interval_norm_bounds(Tensor input, boolean symmetric, long... dim) {
    Objects.requireNonNull(dim, "dim is null");
    return NormBounds.of(input, symmetric, dim);
  }

  /** Columns of pixels. */
  public int width() {
    return width;
  }

  /** Rows of pixels. */
  public int height() {
    return height;
  }

  /** Whether a pixel is one byte that picks one of 256 colours. */
  public boolean isPaletted() {
    return palette != null;
  }

  /** A copy of the pixels, row by row: height x width x 3 bytes, red, green, blue, unsigned. */
  public byte[] pixels() {
    if (palette == null) {
      return data.clone();
    }
    byte[] pixels = new byte[data.length * RGB];
    for (int i = 0; i < data.length; i++) {
      System.arraycopy(palette, (data[i] & 0xff) * RGB, pixels, i * RGB, RGB);
    }
    return pixels;
  }

  /** A copy as Java's own kind of picture, indexed where this one is paletted. */
  public BufferedImage toBufferedImage() {
    BufferedImage image =
        palette == null
            ? new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR)
            : new BufferedImage(
                width,
                height,
                BufferedImage.TYPE_BYTE_INDEXED,
                new IndexColorModel(Byte.SIZE, palette.length / RGB, palette, 0, false));
    image.getRaster().setDataElements(0, 0, width, height, data);
    return image;
  }

  /** The bytes that {@link #save} writes. */
  public byte[] png() {
    return Png.encode(width, height, data, palette);
  }

  /**
   * Writes a PNG, paletted where this picture is, whatever the name's ending. Folders above it are
   * made, a file of this name is replaced. Equal pictures give equal bytes.
   *
   * @throws UncheckedIOException where it cannot be written; the message holds the path, and an
   *     earlier file is as it was
   */
  public void save(Path path) {
    Objects.requireNonNull(path, "path is null");
    try {
      byte[] png = png();
      AtomicFile.write(path, file -> Files.write(file, png));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /**
   * Shows this picture in a window of its own, small ones enlarged, and returns at once.
   *
   * @throws IllegalStateException where there is no desktop
   */
  public void show() {
    ImageWindow.open(toBufferedImage());
  }

  @Override
  public String toString() {
    return "Image[" + width + " x " + height + (isPaletted() ? ", paletted]" : ", RGB]");
  }
}
