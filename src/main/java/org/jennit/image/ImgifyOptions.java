package org.jennit.image;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How a tensor becomes a picture. Immutable: every {@code with} method gives a changed copy.
 *
 * @param vmin the value at the low end of the colour map; default: the smallest one, or minus the
 *     largest absolute one where {@code symmetric}
 * @param vmax the value at the high end of the colour map; default: the largest one, or the largest
 *     absolute one where {@code symmetric}
 * @param cmap the colours of a picture with one channel; default: {@code bwr}
 * @param level see {@link ColorMap#palette(double)}; default: 1
 * @param symmetric whether zero stands in the centre of the colour map; default: false
 * @param batch whether the first dimension counts pictures, which are normalised one by one and
 *     laid out in a grid; default: false, the tensor is one picture
 * @param grid the shape of that grid; default: as square as the number of pictures allows
 * @param gridfill byte of the empty cells of a grid; default: the smallest byte of each channel
 */
public record ImgifyOptions(
    OptionalDouble vmin,
    OptionalDouble vmax,
    ColorMap cmap,
    double level,
    boolean symmetric,
    boolean batch,
    Optional<Grid> grid,
    OptionalInt gridfill) {

  private static final ImgifyOptions DEFAULTS =
      new ImgifyOptions(
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          ColorMap.of("bwr"),
          1,
          false,
          false,
          Optional.empty(),
          OptionalInt.empty());

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException where a bound or the level is not finite, or {@code gridfill}
   *     is not a byte from 0 to 255
   */
  public ImgifyOptions {
    Objects.requireNonNull(cmap, "cmap is null");
    requireFinite("vmin", vmin.orElse(0));
    requireFinite("vmax", vmax.orElse(0));
    requireFinite("level", level);
    int fill = gridfill.orElse(0);
    if (fill < 0 || fill > 255) {
      throw new IllegalArgumentException("gridfill must be from 0 to 255, not " + fill);
    }
  }

  /** The defaults, those of Zennit. */
  public static ImgifyOptions defaults() {
    return DEFAULTS;
  }

  /** With this value at the low end; it must be finite. */
  public ImgifyOptions withVmin(double value) {
    return new ImgifyOptions(
        OptionalDouble.of(value), vmax, cmap, level, symmetric, batch, grid, gridfill);
  }

  /** With this value at the high end; it must be finite. */
  public ImgifyOptions withVmax(double value) {
    return new ImgifyOptions(
        vmin, OptionalDouble.of(value), cmap, level, symmetric, batch, grid, gridfill);
  }

  /** With the colours of this map. */
  public ImgifyOptions withCmap(ColorMap value) {
    return new ImgifyOptions(vmin, vmax, value, level, symmetric, batch, grid, gridfill);
  }

  /** As {@link #withCmap(ColorMap)}, by name or source: see {@link ColorMap#of}. */
  public ImgifyOptions withCmap(String nameOrSource) {
    return withCmap(ColorMap.of(nameOrSource));
  }

  /** With this level of the colour map; it must be finite. */
  public ImgifyOptions withLevel(double value) {
    return new ImgifyOptions(vmin, vmax, cmap, value, symmetric, batch, grid, gridfill);
  }

  /** With or without zero in the centre of the colour map. */
  public ImgifyOptions withSymmetric(boolean value) {
    return new ImgifyOptions(vmin, vmax, cmap, level, value, batch, grid, gridfill);
  }

  /** Several pictures, in a grid that is as square as their number allows. */
  public ImgifyOptions withGrid() {
    return new ImgifyOptions(vmin, vmax, cmap, level, symmetric, true, Optional.empty(), gridfill);
  }

  /** Several pictures, in a grid of {@code height} rows and {@code width} columns. */
  public ImgifyOptions withGrid(int height, int width) {
    return new ImgifyOptions(
        vmin, vmax, cmap, level, symmetric, true, Optional.of(new Grid(height, width)), gridfill);
  }

  /** With this byte, from 0 to 255, in the empty cells of a grid. */
  public ImgifyOptions withGridfill(int value) {
    return new ImgifyOptions(
        vmin, vmax, cmap, level, symmetric, batch, grid, OptionalInt.of(value));
  }

  private static void requireFinite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(name + " must be finite, not " + value);
    }
  }
}
