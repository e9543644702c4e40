package org.jennit.image;

import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.jennit.internal.Boundary;
import org.jennit.internal.Scoped;
import org.jennit.internal.Tensors;

/**
 * A linear colour map, described by Zennit's source language.
 *
 * <p>A source is a list of colours between commas, each in hex with one or two digits per channel
 * ({@code f00} or {@code ff0000}), with an optional position of one or two hex digits and a colon
 * before it: {@code "0ff,00f,80:000,f00,ff0,fff"}. Positions ascend and run from {@code 00} to
 * {@code ff}; colours without one are spread evenly between their neighbours. The first colour
 * reaches down to {@code 00} and the last one up to {@code ff}. White space between the parts is
 * ignored.
 *
 * <p>Immutable: one map may be used from several threads.
 */
public final class ColorMap implements UnaryOperator<Tensor> {
  private record Stop(int position, Rgb color) {}

  private static final int COLORS = 256;
  private static final int LAST = COLORS - 1;
  private static final double DIGITS = 1e12;

  private final String source;
  private final List<Stop> stops;

  private ColorMap(String source) {
    this.source = source;
    this.stops = place(ColorMapParser.parse(source));
  }

  /**
   * A colour map by the name of one or by its source.
   *
   * @throws ColorMapException where {@code nameOrSource} is neither; it names the place of the
   *     error
   */
  public static ColorMap of(String nameOrSource) {
    Objects.requireNonNull(nameOrSource, "nameOrSource is null");
    return new ColorMap(NamedColorMaps.source(nameOrSource));
  }

  /** The names of the built-in maps, which are Zennit's, and of those registered; sorted. */
  public static SortedSet<String> names() {
    return NamedColorMaps.names();
  }

  /**
   * Gives a map a name, for {@link #of} and for all options that take one; puts it in the place of
   * the map that has the name. Thread-safe.
   *
   * @param nameOrSource as of {@link #of}
   * @return the map
   * @throws ColorMapException where {@code nameOrSource} is neither; nothing was registered then
   */
  public static ColorMap register(String name, String nameOrSource) {
    Objects.requireNonNull(name, "name is null");
    ColorMap map = of(nameOrSource);
    NamedColorMaps.put(name, map.source());
    return map;
  }

  /** Forgets a name; does nothing where it is not known. */
  public static void unregister(String name) {
    NamedColorMaps.remove(Objects.requireNonNull(name, "name is null"));
  }

  /** The source this map was made from. */
  public String source() {
    return source;
  }

  /**
   * What {@link #palette(double)} mixes its colours of, for those who mix them elsewhere.
   *
   * @return rows of a position and its red, green and blue, all from 0 to 255, by ascending
   *     position; the last row, at 256, closes the map
   */
  public double[][] stops() {
    return stops.stream()
        .map(
            stop ->
                new double[] {
                  stop.position(), stop.color().red(), stop.color().green(), stop.color().blue()
                })
        .toArray(double[][]::new);
  }

  /** The 256 colours of this map at level 1: {@link #palette(double)}. */
  public byte[] palette() {
    return palette(1);
  }

  /**
   * The 256 colours of this map, from its low end to its high end.
   *
   * @param level how fast the colours leave the one in the centre: 1 uses the whole map once, less
   *     uses only its middle part, more reaches both ends early
   * @return 256 x 3 unsigned bytes: red, green and blue of each colour
   * @throws IllegalArgumentException where the level is not finite
   */
  public byte[] palette(double level) {
    if (!Double.isFinite(level)) {
      throw new IllegalArgumentException("level of a colour map must be finite, not " + level);
    }
    byte[] palette = new byte[COLORS * 3];
    for (int i = 0; i < COLORS; i++) {
      double centred = i == LAST ? 1 : i * (2.0 / LAST) - 1;
      Rgb color = color((centred * level + 1) / 2);
      palette[3 * i] = toByte(color.red());
      palette[3 * i + 1] = toByte(color.green());
      palette[3 * i + 2] = toByte(color.blue());
    }
    return palette;
  }

  /**
   * The colour of each value, for pictures that are put together elsewhere.
   *
   * @param values real, of any shape and dtype; below 0 is taken as 0, above 1 as 1
   * @return Double of the shape of {@code values} and one more dimension of 3: red, green and blue
   *     from 0 to 1; on the CPU, owned by the caller
   * @throws IllegalArgumentException where a value is NaN, or the tensor is complex or undefined
   */
  @Override
  public Tensor apply(Tensor values) {
    Tensors.require("values", values);
    if (values.is_complex()) {
      throw new IllegalArgumentException(
          "a colour map takes real values; take abs() or real() of complex ones first");
    }
    return Boundary.call(() -> Scoped.tensor(() -> colors(values)));
  }

  private Tensor colors(Tensor values) {
    Tensor flat =
        values.detach().cpu().to(torch.ScalarType.Double).reshape(values.numel()).contiguous();
    long[] shape = Arrays.copyOf(values.shape(), (int) values.dim() + 1);
    shape[shape.length - 1] = 3;
    Tensor colors = torch.empty(shape, new TensorOptions(torch.ScalarType.Double), null);
    if (values.numel() == 0) {
      return colors;
    }
    DoubleBuffer each = flat.createBuffer();
    DoubleBuffer channels = colors.createBuffer();
    while (each.hasRemaining()) {
      double value = each.get();
      if (Double.isNaN(value)) {
        throw new IllegalArgumentException(
            "a colour map has no colour for NaN; nan_to_num() replaces it");
      }
      Rgb color = color(value);
      channels.put(color.red() / LAST).put(color.green() / LAST).put(color.blue() / LAST);
    }
    return colors;
  }

  private Rgb color(double value) {
    double x = Math.min(Math.max(value * LAST, 0), LAST);
    int upper = 1;
    while (stops.get(upper).position() <= x) {
      upper++;
    }
    Stop low = stops.get(upper - 1);
    Stop high = stops.get(upper);
    double share = (x - low.position()) / (high.position() - low.position());
    return low.color().mix(high.color(), share);
  }

  // Bytes are cut off, not rounded: rounding at the twelfth digit first takes back what the
  // arithmetic lost, as Zennit does.
  private static byte toByte(double channel) {
    double scaled = channel / LAST * LAST;
    return (byte) (int) Math.min(Math.max(Math.rint(scaled * DIGITS) / DIGITS, 0), LAST);
  }

  /** Gives every colour its position. The stop past the last position closes the last interval. */
  private static List<Stop> place(List<ColorMapParser.Node> nodes) {
    List<Stop> stops = new ArrayList<>();
    List<Rgb> waiting = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      Rgb color = nodes.get(i).color();
      OptionalInt given = nodes.get(i).position();
      if (i == 0) {
        stops.add(new Stop(0, color));
        given.ifPresent(position -> stops.add(new Stop(position, color)));
      } else if (given.isEmpty() && i < nodes.size() - 1) {
        waiting.add(color);
      } else {
        int position = given.orElse(LAST);
        spread(waiting, position, stops);
        stops.add(new Stop(position, color));
      }
    }
    stops.add(new Stop(COLORS, stops.get(stops.size() - 1).color()));
    return List.copyOf(stops);
  }

  private static void spread(List<Rgb> waiting, int end, List<Stop> stops) {
    int start = stops.get(stops.size() - 1).position();
    double step = 1.0 / (waiting.size() + 1);
    for (int k = 1; k <= waiting.size(); k++) {
      int position = (int) (start * (1 - k * step) + end * (k * step));
      stops.add(new Stop(position, waiting.get(k - 1)));
    }
    waiting.clear();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ColorMap map && stops.equals(map.stops);
  }

  @Override
  public int hashCode() {
    return stops.hashCode();
  }

  @Override
  public String toString() {
    return "ColorMap[" + source + "]";
  }
}
