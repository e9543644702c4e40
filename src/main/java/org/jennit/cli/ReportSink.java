package org.jennit.cli;

import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.attribution.ConservationReport;
import org.jennit.core.Composite;
import org.jennit.explain.HeatmapPainter;
import org.jennit.explain.LoadedModel;
import org.jennit.explain.Result;
import org.jennit.explain.Scores;
import org.jennit.image.Image;
import org.jennit.report.PictureEntry;
import org.jennit.report.Report;

/** Makes a page of results. */
final class ReportSink {
  private final LoadedModel model;
  private final Composite rules;
  private final Report report;

  /**
   * @param rules the composite of the attribution, for the account of its relevance; it must not be
   *     registered on the model when results come; null for no account
   */
  ReportSink(
      LoadedModel model, Composite rules, HeatmapPainter painter, Map<String, String> settings) {
    this.model = model;
    this.rules = rules;
    report = new Report("Explanations of " + model.name(), settings, painter.appearance());
  }

  /** A result with all scores of its sample. */
  void accept(InputFile input, Result result, Scores scores) {
    try (PointerScope temporaries = new PointerScope()) {
      report.add(
          new PictureEntry(
              name(input, result),
              Image.imgify(result.picture()).toBufferedImage(),
              rows(HeatmapPainter.plane(result.relevance())),
              Predictions.of(scores, result.index(), null),
              conservation(result)));
    }
  }

  private static String name(InputFile input, Result result) {
    return input.file().getFileName()
        + ": "
        + result.label()
        + (result.layer().isEmpty() ? "" : ", at " + result.layer());
  }

  private static float[][] rows(Tensor plane) {
    Tensor dense = plane.to(torch.ScalarType.Float).contiguous();
    FloatPointer values = new FloatPointer(dense.data_ptr());
    float[][] rows = new float[(int) dense.size(0)][(int) dense.size(1)];
    for (float[] row : rows) {
      values.get(row);
      values.position(values.position() + row.length);
    }
    return rows;
  }

  private ConservationReport conservation(Result result) {
    if (rules == null || !result.layer().isEmpty()) {
      return null;
    }
    Tensor input = model.compute().place(result.image()).unsqueeze(0);
    return ConservationReport.of(model.module(), rules, input, result.index());
  }

  /** Writes the page whole, or not at all where the process is ending. */
  void write(Path file) {
    Interruption.beforeIt(() -> report.write(file));
  }
}
