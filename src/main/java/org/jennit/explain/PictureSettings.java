package org.jennit.explain;

import java.io.Serializable;

/**
 * How relevance becomes a picture.
 *
 * @param cmap name or source of a colour map; null for what goes with the norm
 * @param level how fast colours leave the one in the centre, 1 by default
 * @param relevanceNorm where zero lies in the colour map
 * @param overlay share of the heatmap over the input in grey, 0 to 1; null for the heatmap alone
 */
public record PictureSettings(
    String cmap, double level, RelevanceNorm relevanceNorm, Double overlay)
    implements Serializable {
  /** Where zero lies in the colour map. */
  public enum RelevanceNorm {
    /** In its centre. */
    symmetric,
    /** At its low end; signs are lost. */
    absolute,
    /** Anywhere: the smallest value is at its low end, the largest at its high end. */
    unaligned
  }
}
