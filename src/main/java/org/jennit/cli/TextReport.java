package org.jennit.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jennit.explain.HeatmapPainter;
import org.jennit.explain.LoadedModel;
import org.jennit.explain.TextResult;
import org.jennit.report.Report;
import org.jennit.report.TokenEntry;

/** Makes a page of texts. */
final class TextReport implements TextSink {
  private final Report report;

  TextReport(LoadedModel model, HeatmapPainter painter, Map<String, String> settings) {
    report = new Report("Explanations of " + model.name(), settings, painter.appearance());
  }

  @Override
  public void accept(int number, TokenizedText text, TextResult result) {
    double[] relevance = TextSink.relevance(result);
    List<TokenEntry.Token> tokens = new ArrayList<>();
    for (int i = 0; i < relevance.length; i++) {
      TokenizedText.Token token = text.tokens().get(i);
      tokens.add(new TokenEntry.Token(token.text(), (float) relevance[i], token.special()));
    }
    report.add(
        new TokenEntry(
            "Text " + number + ": " + TextSink.explained(result),
            tokens,
            Predictions.of(result.scores(), result.index(), result.against()),
            null));
  }

  /** Writes the page whole, or not at all where the process is ending. */
  void write(Path file) {
    Interruption.beforeIt(() -> report.write(file));
  }
}
