package org.jennit.cli;

import java.util.List;
import org.jennit.explain.PreprocessingSettings;
import org.jennit.image.transform.Interpolation;
import picocli.CommandLine.Option;

/** How an image becomes the model's input; what is not given is what the model was trained with. */
final class PreprocessingOptions {
  @Option(
      names = "--size",
      paramLabel = "PIXELS",
      description = "Resize the shorter side to this (default: 256; digits: 28).")
  Integer size;

  @Option(
      names = "--crop",
      paramLabel = "PIXELS",
      description = "Then cut out a square of this in the centre (default: 224; digits: 28).")
  Integer crop;

  @Option(
      names = "--interpolation",
      paramLabel = "FILTER",
      description = "${COMPLETION-CANDIDATES} (default: BILINEAR).")
  Interpolation interpolation;

  @Option(
      names = "--mean",
      split = ",",
      paramLabel = "VALUE",
      description = "Subtracted from values in [0, 1]: one, or one for each channel.")
  List<Double> mean;

  @Option(
      names = "--std",
      split = ",",
      paramLabel = "VALUE",
      description = "What they are then divided by: one, or one for each channel.")
  List<Double> std;

  @Option(
      names = "--grey",
      description = "One channel, grey, in place of three (always so for digits).")
  boolean grey;

  PreprocessingSettings settings() {
    return new PreprocessingSettings(size, crop, interpolation, mean, std, grey);
  }
}
