package org.jennit.spark;

import org.apache.spark.ml.param.Param;

/** Where an {@link Explainer} reads, and what it adds. */
public abstract sealed class ColumnParams extends IdentifiedTransformer permits ModelParams {
  private final Param<String> inputCol =
      new Param<>(
          this,
          "inputCol",
          "the column of pictures: names of files, their bytes (as of the source binaryFile), image structs (as of the source image), or the model's input as arrays of numbers, channels x height x width");
  private final Param<String> heatmapCol =
      new Param<>(this, "heatmapCol", "the column of heatmaps; see heatmapFormat");
  private final Param<String> predictionCol =
      new Param<>(this, "predictionCol", "the column of the largest outputs, as indices");
  private final Param<String> scoreCol =
      new Param<>(this, "scoreCol", "the column of the largest outputs' values");
  private final Param<String> targetCol =
      new Param<>(this, "targetCol", "the column of the outputs that are explained, as indices");
  private final Param<String> labelCol =
      new Param<>(this, "labelCol", "the column of the names of the outputs that are explained");
  private final Param<String> errorCol =
      new Param<>(
          this, "errorCol", "the column of what was wrong with a picture; null where nothing was");

  ColumnParams(String uid) {
    super(uid);
    setDefault(inputCol, "content");
    setDefault(heatmapCol, "heatmap");
    setDefault(predictionCol, "prediction");
    setDefault(scoreCol, "score");
    setDefault(targetCol, "target");
    setDefault(labelCol, "label");
    setDefault(errorCol, "error");
  }

  /** The parameter of {@link #setInputCol}. */
  public final Param<String> inputCol() {
    return inputCol;
  }

  /** See {@link #setInputCol}. */
  public final String getInputCol() {
    return $(inputCol);
  }

  /**
   * The column of pictures: names of files, their bytes (as of the source binaryFile), image
   * structs (as of the source image), or the model's input as arrays of numbers, channels x height
   * x width.
   */
  public final Explainer setInputCol(String value) {
    return with(inputCol, value);
  }

  /** The parameter of {@link #setHeatmapCol}. */
  public final Param<String> heatmapCol() {
    return heatmapCol;
  }

  /** See {@link #setHeatmapCol}. */
  public final String getHeatmapCol() {
    return $(heatmapCol);
  }

  /** The column of heatmaps; see heatmapFormat. */
  public final Explainer setHeatmapCol(String value) {
    return with(heatmapCol, value);
  }

  /** The parameter of {@link #setPredictionCol}. */
  public final Param<String> predictionCol() {
    return predictionCol;
  }

  /** See {@link #setPredictionCol}. */
  public final String getPredictionCol() {
    return $(predictionCol);
  }

  /** The column of the largest outputs, as indices. */
  public final Explainer setPredictionCol(String value) {
    return with(predictionCol, value);
  }

  /** The parameter of {@link #setScoreCol}. */
  public final Param<String> scoreCol() {
    return scoreCol;
  }

  /** See {@link #setScoreCol}. */
  public final String getScoreCol() {
    return $(scoreCol);
  }

  /** The column of the largest outputs' values. */
  public final Explainer setScoreCol(String value) {
    return with(scoreCol, value);
  }

  /** The parameter of {@link #setTargetCol}. */
  public final Param<String> targetCol() {
    return targetCol;
  }

  /** See {@link #setTargetCol}. */
  public final String getTargetCol() {
    return $(targetCol);
  }

  /** The column of the outputs that are explained, as indices. */
  public final Explainer setTargetCol(String value) {
    return with(targetCol, value);
  }

  /** The parameter of {@link #setLabelCol}. */
  public final Param<String> labelCol() {
    return labelCol;
  }

  /** See {@link #setLabelCol}. */
  public final String getLabelCol() {
    return $(labelCol);
  }

  /** The column of the names of the outputs that are explained. */
  public final Explainer setLabelCol(String value) {
    return with(labelCol, value);
  }

  /** The parameter of {@link #setErrorCol}. */
  public final Param<String> errorCol() {
    return errorCol;
  }

  /** See {@link #setErrorCol}. */
  public final String getErrorCol() {
    return $(errorCol);
  }

  /** The column of what was wrong with a picture; null where nothing was. */
  public final Explainer setErrorCol(String value) {
    return with(errorCol, value);
  }
}
