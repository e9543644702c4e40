package org.jennit.report;

import java.io.IOException;
import java.io.Writer;
import java.util.Locale;
import java.util.Map;
import org.jennit.attribution.ConservationReport;

/** One entry as a part of the page. */
final class EntryPart {
  private static final Template TEMPLATE = Template.of("entry.html");

  private final int number;
  private final ReportEntry entry;
  private final EntryContent content;

  /**
   * Prepares an entry.
   *
   * @param number of the entry in the page, from 1
   */
  EntryPart(int number, ReportEntry entry) {
    this.number = number;
    this.entry = entry;
    this.content = EntryContent.of(number, entry);
  }

  void write(Writer out, Appearance appearance) throws IOException {
    TEMPLATE.write(
        out,
        Map.ofEntries(
            Template.place("number", Integer.toString(number)),
            Template.place("kind", content.kind()),
            Template.place("name", Html.text(entry.name())),
            Template.place(
                "facts", "<span>" + String.join("</span> <span>", content.facts()) + "</span>"),
            Map.entry("content", place -> content.write(place, appearance)),
            Template.place("predictions", predictions()),
            Template.place("conservation", conservation())));
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
