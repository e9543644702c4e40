package org.jennit.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import org.jennit.explain.HeatmapPainter;
import org.jennit.explain.TextResult;
import org.jennit.image.Shade;

/**
 * Prints texts with the relevance of their tokens: as colours, or as a table where there are none.
 */
final class TokenLines implements TextSink {
  private static final String RESET = "\u001b[0m";

  private final PrintWriter out;
  private final HeatmapPainter painter;
  private final int total;

  /**
   * @param painter of the colours; null for none
   * @param total how many texts there are
   */
  TokenLines(PrintWriter out, HeatmapPainter painter, int total) {
    this.out = out;
    this.painter = painter;
    this.total = total;
  }

  @Override
  public void accept(int number, TokenizedText text, TextResult result) throws IOException {
    if (total > 1) {
      out.print("[" + number + "/" + total + "] ");
    }
    out.printf(Locale.ROOT, "%s (%.4g)%n", TextSink.explained(result), explainedValue(result));
    double[] relevance = TextSink.relevance(result);
    if (painter == null) {
      out.print(table(text, relevance));
    } else {
      out.println(coloured(text, painter.paint(result.relevance(), null).pixels()));
    }
    Printed.require(out);
  }

  private static double explainedValue(TextResult result) {
    return result.score()
        - (result.against() == null ? 0 : result.scores().value(0, result.against()));
  }

  private static Table table(TokenizedText text, double[] relevance) {
    Table table = new Table(1, "token", "relevance");
    for (int i = 0; i < relevance.length; i++) {
      table.add(text.tokens().get(i).token(), String.format(Locale.ROOT, "%.4g", relevance[i]));
    }
    return table;
  }

  /**
   * The text on the colours of its tokens.
   *
   * @param pixels red, green and blue of each token
   */
  private static String coloured(TokenizedText text, byte[] pixels) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < text.tokens().size(); i++) {
      TokenizedText.Token token = text.tokens().get(i);
      int red = pixels[3 * i] & 0xff;
      int green = pixels[3 * i + 1] & 0xff;
      int blue = pixels[3 * i + 2] & 0xff;
      boolean black = Shade.of(red << 16 | green << 8 | blue).black();
      line.append(
          "\u001b[48;2;%d;%d;%dm\u001b[38;2;%s%s%s"
              .formatted(
                  red,
                  green,
                  blue,
                  black ? "0;0;0m" : "255;255;255m",
                  printable(token.text()),
                  RESET));
    }
    return line.toString();
  }

  /** Without what would move the cursor or speak to the terminal. */
  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "\u00b7");
  }
}
