package org.jennit.spark;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;

/** What pictures an {@link Explainer} reads and makes. */
public abstract sealed class PictureParams extends RuleParams permits Explainer {
  private final Param<String> heatmapFormat =
      new Param<>(
          this,
          "heatmapFormat",
          "png (the bytes of a picture), relevance (all numbers, channels x height x width) or summed (over channels, height x width)");
  private final Param<String> cmap =
      new Param<>(
          this,
          "cmap",
          "colour map, by its name or source; coldnhot by default, hot for the norm absolute");
  private final DoubleParam level =
      new DoubleParam(this, "level", "how fast colours leave the one in the centre");
  private final Param<String> relevanceNorm =
      new Param<>(
          this,
          "relevanceNorm",
          "symmetric (zero in the centre of the map), absolute (no signs) or unaligned (from the smallest value to the largest)");
  private final DoubleParam overlay =
      new DoubleParam(
          this,
          "overlay",
          "share of the heatmap, 0 to 1, over the input in grey; by default the heatmap stands alone");
  private final IntParam size =
      new IntParam(
          this,
          "size",
          "pixels that the shorter side is resized to; 256 by default, 28 for the digits");
  private final IntParam crop =
      new IntParam(
          this,
          "crop",
          "pixels of the square that is cut out then; 224 by default, 28 for the digits");
  private final Param<String> interpolation =
      new Param<>(
          this,
          "interpolation",
          "filter of the resize: BILINEAR (the default), or another of org.jennit.image.transform.Interpolation");
  private final DoubleArrayParam mean =
      new DoubleArrayParam(
          this,
          "mean",
          "subtracted from values in [0, 1], one or one for each channel; ImageNet's by default");
  private final DoubleArrayParam std =
      new DoubleArrayParam(this, "std", "what they are then divided by, likewise");
  private final BooleanParam grey =
      new BooleanParam(this, "grey", "one channel in place of three; always so for the digits");

  PictureParams(String uid) {
    super(uid);
    setDefault(heatmapFormat, "png");
    setDefault(level, 1.0);
    setDefault(relevanceNorm, "symmetric");
    setDefault(grey, false);
  }

  /** The parameter of {@link #setHeatmapFormat}. */
  public final Param<String> heatmapFormat() {
    return heatmapFormat;
  }

  /** See {@link #setHeatmapFormat}. */
  public final String getHeatmapFormat() {
    return $(heatmapFormat);
  }

  /**
   * Png (the bytes of a picture), relevance (all numbers, channels x height x width) or summed
   * (over channels, height x width).
   */
  public final Explainer setHeatmapFormat(String value) {
    return with(heatmapFormat, value);
  }

  /** The parameter of {@link #setCmap}. */
  public final Param<String> cmap() {
    return cmap;
  }

  /** See {@link #setCmap}. */
  public final String getCmap() {
    return $(cmap);
  }

  /** Colour map, by its name or source; coldnhot by default, hot for the norm absolute. */
  public final Explainer setCmap(String value) {
    return with(cmap, value);
  }

  /** The parameter of {@link #setLevel}. */
  public final DoubleParam level() {
    return level;
  }

  /** See {@link #setLevel}. */
  public final double getLevel() {
    return (Double) $(level);
  }

  /** How fast colours leave the one in the centre. */
  public final Explainer setLevel(double value) {
    return with(level, value);
  }

  /** The parameter of {@link #setRelevanceNorm}. */
  public final Param<String> relevanceNorm() {
    return relevanceNorm;
  }

  /** See {@link #setRelevanceNorm}. */
  public final String getRelevanceNorm() {
    return $(relevanceNorm);
  }

  /**
   * Symmetric (zero in the centre of the map), absolute (no signs) or unaligned (from the smallest
   * value to the largest).
   */
  public final Explainer setRelevanceNorm(String value) {
    return with(relevanceNorm, value);
  }

  /** The parameter of {@link #setOverlay}. */
  public final DoubleParam overlay() {
    return overlay;
  }

  /** See {@link #setOverlay}. */
  public final double getOverlay() {
    return (Double) $(overlay);
  }

  /** Share of the heatmap, 0 to 1, over the input in grey; by default the heatmap stands alone. */
  public final Explainer setOverlay(double value) {
    return with(overlay, value);
  }

  /** The parameter of {@link #setSize}. */
  public final IntParam size() {
    return size;
  }

  /** See {@link #setSize}. */
  public final int getSize() {
    return (Integer) $(size);
  }

  /** Pixels that the shorter side is resized to; 256 by default, 28 for the digits. */
  public final Explainer setSize(int value) {
    return with(size, value);
  }

  /** The parameter of {@link #setCrop}. */
  public final IntParam crop() {
    return crop;
  }

  /** See {@link #setCrop}. */
  public final int getCrop() {
    return (Integer) $(crop);
  }

  /** Pixels of the square that is cut out then; 224 by default, 28 for the digits. */
  public final Explainer setCrop(int value) {
    return with(crop, value);
  }

  /** The parameter of {@link #setInterpolation}. */
  public final Param<String> interpolation() {
    return interpolation;
  }

  /** See {@link #setInterpolation}. */
  public final String getInterpolation() {
    return $(interpolation);
  }

  /**
   * Filter of the resize: BILINEAR (the default), or another of
   * org.jennit.image.transform.Interpolation.
   */
  public final Explainer setInterpolation(String value) {
    return with(interpolation, value);
  }

  /** The parameter of {@link #setMean}. */
  public final DoubleArrayParam mean() {
    return mean;
  }

  /** See {@link #setMean}. */
  public final double[] getMean() {
    return $(mean);
  }

  /** Subtracted from values in [0, 1], one or one for each channel; ImageNet's by default. */
  public final Explainer setMean(double... value) {
    return with(mean, value);
  }

  /** The parameter of {@link #setStd}. */
  public final DoubleArrayParam std() {
    return std;
  }

  /** See {@link #setStd}. */
  public final double[] getStd() {
    return $(std);
  }

  /** What they are then divided by, likewise. */
  public final Explainer setStd(double... value) {
    return with(std, value);
  }

  /** The parameter of {@link #setGrey}. */
  public final BooleanParam grey() {
    return grey;
  }

  /** See {@link #setGrey}. */
  public final boolean getGrey() {
    return (Boolean) $(grey);
  }

  /** One channel in place of three; always so for the digits. */
  public final Explainer setGrey(boolean value) {
    return with(grey, value);
  }
}
