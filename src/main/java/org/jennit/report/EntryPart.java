package org.jennit.report;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jennit.attribution.ConservationReport;

/** One entry as a part of the page. */
final class EntryPart {
  private static final Template TEMPLATE = Template.of("entry.html");

  private final int number;
  private final ReportEntry entry;
  private final Heatmap heatmap;

  /**
   * Prepares an entry.
   *
   * @param number of the entry in the page, from 1
   */
  EntryPart(int number, ReportEntry entry) {
    this.number = number;
    this.entry = entry;
    this.heatmap = new Heatmap(entry.relevance());
  }

  void write(Writer out, Appearance appearance) throws IOException {
    int width = entry.input().getWidth();
    int height = entry.input().getHeight();
    boolean row = heatmap.rows() == 1;
    TEMPLATE.write(
        out,
        Map.ofEntries(
            place("number", Integer.toString(number)),
            place("name", Html.text(entry.name())),
            place("facts", facts()),
            place("width", Integer.toString(width)),
            place("height", Integer.toString(height)),
            place("rows", Integer.toString(heatmap.rows())),
            place("columns", Integer.toString(heatmap.columns())),
            place("shape", row ? "strip" : "plane"),
            place("stage", row ? "" : "aspect-ratio: " + width + " / " + height),
            place("input", Html.address(entry.input())),
            place("heatmap", Html.address(heatmap.paint(appearance))),
            place("predictions", predictions()),
            place("conservation", conservation()),
            place("relevance", heatmap.base64())));
  }

  private static Map.Entry<String, Template.Content> place(String name, String html) {
    return Map.entry(name, Template.html(html));
  }

  private String facts() {
    List<String> facts = new ArrayList<>();
    int width = entry.input().getWidth();
    int height = entry.input().getHeight();
    facts.add("Input " + width + " × " + height);
    facts.add(
        "relevance"
            + (heatmap.columns() == width && heatmap.rows() == height
                ? " "
                : " " + heatmap.columns() + " × " + heatmap.rows() + ", ")
            + (heatmap.min() == 0 && heatmap.max() == 0
                ? "<strong>zero everywhere</strong>"
                : Html.number(heatmap.min()) + " to " + Html.number(heatmap.max())));
    facts.add("sum " + Html.number(heatmap.sum()));
    if (heatmap.blanks() > 0) {
      facts.add("<strong>" + heatmap.blanks() + " not finite, left blank</strong>");
    }
    return "<span>" + String.join("</span> <span>", facts) + "</span>";
  }

  private String predictions() {
    if (entry.predictions().isEmpty()) {
      return "";
    }
    Bars bars = Bars.of(entry.predictions());
    StringBuilder rows = new StringBuilder();
    for (Prediction prediction : entry.predictions()) {
      rows.append(
          """
          <tr%s><th scope="row"><bdi>%s</bdi>%s</th><td class="number">%s</td><td class="bar" aria-hidden="true">%s</td></tr>
          """
              .formatted(
                  prediction.target() ? " class=\"target\"" : "",
                  Html.text(prediction.label()),
                  prediction.target() ? " <span class=\"tag\">explained</span>" : "",
                  Html.number(prediction.score()),
                  bars.bar(prediction.score())));
    }
    return """
    <table class="predictions">
    <caption>Predictions</caption>
    <thead class="unseen"><tr><th scope="col">Output</th><th scope="col">Score</th><td></td></tr></thead>
    <tbody>
    %s</tbody>
    </table>
    """
        .formatted(rows);
  }

  private String conservation() {
    ConservationReport report = entry.conservation();
    if (report == null) {
      return "";
    }
    StringBuilder rows = new StringBuilder();
    for (ConservationReport.Row row : report.rows()) {
      rows.append("<tr><th scope=\"row\"><bdi>")
          .append(row.path().isEmpty() ? "(root)" : Html.text(row.path()))
          .append("</bdi></th><td>")
          .append(Html.text(row.type()))
          .append("</td><td>")
          .append(Html.text(row.rule()))
          .append("</td>")
          .append(numbers(row.relevance_in(), row.relevance_out(), row.difference()))
          .append(numbers(row.bias(), row.stabilizer(), row.other()))
          .append("</tr>\n");
    }
    return """
    <details class="conservation">
    <summary>Conservation: %s in, %s out%s</summary>
    <div class="wide" role="region" aria-label="Conservation of %s" tabindex="0">
    <table>
    <thead><tr><th scope="col">Module</th><th scope="col">Type</th><th scope="col">Rule</th>%s</tr></thead>
    <tbody>
    %s</tbody>
    </table>
    </div>
    </details>
    """
        .formatted(
            Html.number(report.relevance_in()),
            Html.number(report.relevance_out()),
            kept(report),
            Html.text(entry.name()),
            heads("In", "Out", "Difference", "Bias", "Stabilizer", "Other"),
            rows);
  }

  private static String kept(ConservationReport report) {
    double share = report.relevance_out() / report.relevance_in();
    return Double.isFinite(share) ? String.format(Locale.ROOT, " (%.1f\u00a0%%)", 100 * share) : "";
  }

  private static String heads(String... names) {
    StringBuilder cells = new StringBuilder();
    for (String name : names) {
      cells.append("<th scope=\"col\" class=\"number\">").append(name).append("</th>");
    }
    return cells.toString();
  }

  private static String numbers(double... values) {
    StringBuilder cells = new StringBuilder();
    for (double value : values) {
      cells.append("<td class=\"number\">").append(Html.number(value)).append("</td>");
    }
    return cells.toString();
  }
}
