package org.jennit.report;

import java.util.Objects;
import org.jennit.image.ColorMap;

/**
 * How a report paints relevance until its reader chooses otherwise. Immutable: every {@code with}
 * method gives a changed copy.
 *
 * @param cmap the colours, a built-in map or another one; default: {@code coldnhot}
 * @param level see {@link ColorMap#palette(double)}; above 0; default: 1
 * @param norm where zero lies in the colour map; default: symmetric
 * @param overlay the heatmap's share where it lies over the input in grey, from 0 to 1; default: 1,
 *     the heatmap alone
 */
public record Appearance(String cmap, double level, Norm norm, double overlay) {
  /** Where zero lies in the colour map. */
  public enum Norm {
    /** In its centre. */
    SYMMETRIC,
    /** At its low end, and values lose their sign. */
    ABSOLUTE,
    /** Anywhere: the smallest value is at the low end, the largest at the high end. */
    UNALIGNED
  }

  private static final Appearance DEFAULTS = new Appearance("coldnhot", 1, Norm.SYMMETRIC, 1);

  /**
   * Checks the values.
   *
   * @throws org.jennit.image.ColorMapException where the colour map is neither a name nor a source
   * @throws IllegalArgumentException where the level is not above 0 or the share not from 0 to 1
   */
  public Appearance {
    Objects.requireNonNull(norm, "norm is null");
    ColorMap.of(cmap);
    if (!(level > 0 && level < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("level of a report must be above 0, not " + level);
    }
    if (!(overlay >= 0 && overlay <= 1)) {
      throw new IllegalArgumentException("overlay must be from 0 to 1, not " + overlay);
    }
  }

  /** The defaults, those of {@code jennit attribute}. */
  public static Appearance defaults() {
    return DEFAULTS;
  }

  /** With these colours: a name or a source, see {@link ColorMap#of}. */
  public Appearance withCmap(String nameOrSource) {
    return new Appearance(nameOrSource, level, norm, overlay);
  }

  /** With this level of the colour map. */
  public Appearance withLevel(double value) {
    return new Appearance(cmap, value, norm, overlay);
  }

  /** With zero at this place. */
  public Appearance withNorm(Norm value) {
    return new Appearance(cmap, level, value, overlay);
  }

  /** With this share of the heatmap over the input in grey. */
  public Appearance withOverlay(double value) {
    return new Appearance(cmap, level, norm, value);
  }
}
