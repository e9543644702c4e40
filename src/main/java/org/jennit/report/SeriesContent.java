package org.jennit.report;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jennit.report.SeriesEntry.Channel;

/** Curves over their relevance, a band for each channel. */
final class SeriesContent implements EntryContent {
  private static final Template TEMPLATE = Template.of("series.html");
  private static final double BAND_HEIGHT = 5.5;

  private final int number;
  private final SeriesEntry entry;
  private final Heatmap heatmap;

  SeriesContent(int number, SeriesEntry entry) {
    this.number = number;
    this.entry = entry;
    this.heatmap =
        new Heatmap(entry.channels().stream().map(Channel::relevance).toArray(float[][]::new));
  }

  @Override
  public String kind() {
    return "series";
  }

  @Override
  public List<String> facts() {
    List<String> facts = new ArrayList<>();
    facts.add(count(heatmap.columns(), "step"));
    if (heatmap.rows() > 1) {
      facts.add(count(heatmap.rows(), "channel"));
    }
    facts.addAll(heatmap.facts(""));
    return facts;
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  @Override
  public void write(Writer out, Appearance appearance) throws IOException {
    float[][] values = entry.channels().stream().map(Channel::values).toArray(float[][]::new);
    TEMPLATE.write(
        out,
        Map.ofEntries(
            Template.place("name", Html.text(entry.name())),
            Template.place("rows", Integer.toString(heatmap.rows())),
            Template.place("columns", Integer.toString(heatmap.columns())),
            Template.place("last", Integer.toString(heatmap.columns() - 1)),
            Template.place(
                "height", String.format(Locale.ROOT, "%.1frem", BAND_HEIGHT * heatmap.rows())),
            Template.place("heatmap", Html.address(heatmap.paint(appearance))),
            Template.place("curves", curves(values)),
            Template.place("channels", channels(values)),
            Template.place("relevance", heatmap.base64()),
            Template.place("values", new Heatmap(values).base64())));
  }

  /** Each curve twice: a border in the colour of the page keeps it visible on any shading. */
  private String curves(float[][] values) {
    StringBuilder html = new StringBuilder();
    for (int row = 0; row < values.length; row++) {
      String id = "curve-" + number + "-" + row;
      html.append(
              "<defs><path id=\"%s\" vector-effect=\"non-scaling-stroke\" d=\"%s\"/></defs>"
                  .formatted(id, Curve.of(values[row]).path(row)))
          .append("<use href=\"#%1$s\" class=\"border\"/><use href=\"#%1$s\"/>\n".formatted(id));
    }
    return html.toString();
  }

  private String channels(float[][] values) {
    StringBuilder html = new StringBuilder();
    for (int row = 0; row < values.length; row++) {
      Curve curve = Curve.of(values[row]);
      html.append(
          String.format(
              Locale.ROOT,
              "<span class=\"channel\" style=\"top: %.3f%%\"><bdi>%s</bdi> <small>%s to"
                  + " %s</small></span>\n",
              100.0 * row / values.length,
              Html.text(entry.channels().get(row).label()),
              Html.number(curve.low()),
              Html.number(curve.high())));
    }
    return html.toString();
  }
}
