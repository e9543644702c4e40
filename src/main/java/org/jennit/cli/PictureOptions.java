package org.jennit.cli;

import org.jennit.explain.PictureSettings;
import org.jennit.explain.PictureSettings.RelevanceNorm;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** How relevance becomes a picture. */
final class PictureOptions {
  @Option(
      names = "--cmap",
      paramLabel = "MAP",
      description =
          "Colour map, by its name (see jennit palette) or source (default: coldnhot; hot for"
              + " --relevance-norm absolute; for texts bwr and wred).")
  String cmap;

  @Option(
      names = "--level",
      paramLabel = "X",
      defaultValue = "1.0",
      description = "How fast colours leave the one in the centre (default: ${DEFAULT-VALUE}).")
  double level;

  @Option(
      names = "--relevance-norm",
      paramLabel = "NORM",
      description = {
        "symmetric: zero in the centre of the map (default);",
        "absolute: no signs, zero at its low end;",
        "unaligned: from the smallest value to the largest."
      })
  RelevanceNorm norm;

  @Option(names = "--symmetric", description = "The same as --relevance-norm symmetric.")
  boolean symmetric;

  @Option(
      names = "--overlay",
      arity = "0..1",
      paramLabel = "SHARE",
      fallbackValue = "0.6",
      description =
          "Lay the heatmap over the input in grey; the heatmap's share is from 0 to 1 (0.6 if not"
              + " given).")
  Double overlay;

  PictureSettings settings(CommandSpec spec) {
    if (symmetric && norm != null && norm != RelevanceNorm.symmetric) {
      throw Usage.wrong(spec, "--symmetric does not go with --relevance-norm " + norm);
    }
    return new PictureSettings(cmap, level, norm == null ? RelevanceNorm.symmetric : norm, overlay);
  }

  /** As {@link #settings}, with colour maps that are white where nothing is relevant. */
  PictureSettings ofTexts(CommandSpec spec) {
    PictureSettings given = settings(spec);
    String map = given.relevanceNorm() == RelevanceNorm.absolute ? "wred" : "bwr";
    return new PictureSettings(
        cmap == null ? map : cmap, given.level(), given.relevanceNorm(), null);
  }
}
