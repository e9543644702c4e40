package org.jennit.report;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jennit.image.Shade;
import org.jennit.report.TokenEntry.Token;

/** A text whose tokens are shaded by their relevance. */
final class TokenContent implements EntryContent {
  private static final Template TEMPLATE = Template.of("tokens.html");

  private final TokenEntry entry;
  private final Heatmap heatmap;

  TokenContent(TokenEntry entry) {
    this.entry = entry;
    float[] relevance = new float[entry.tokens().size()];
    for (int i = 0; i < relevance.length; i++) {
      relevance[i] = entry.tokens().get(i).relevance();
    }
    this.heatmap = new Heatmap(new float[][] {relevance});
  }

  @Override
  public String kind() {
    return "tokens";
  }

  @Override
  public List<String> facts() {
    List<String> facts = new ArrayList<>();
    facts.add(heatmap.columns() + (heatmap.columns() == 1 ? " token" : " tokens"));
    facts.addAll(heatmap.facts(""));
    return facts;
  }

  @Override
  public void write(Writer out, Appearance appearance) throws IOException {
    TEMPLATE.write(
        out,
        Map.ofEntries(
            Template.place("tokens", tokens(appearance)),
            Template.place("columns", Integer.toString(heatmap.columns())),
            Template.place("relevance", heatmap.base64())));
  }

  private String tokens(Appearance appearance) {
    BufferedImage colours = heatmap.paint(appearance);
    StringBuilder html = new StringBuilder();
    for (int i = 0; i < entry.tokens().size(); i++) {
      Token token = entry.tokens().get(i);
      boolean blank = !Float.isFinite(token.relevance());
      List<String> classes = new ArrayList<>();
      if (token.special()) {
        classes.add("special");
      }
      if (blank) {
        classes.add("blank");
      }
      html.append("<span")
          .append(classes.isEmpty() ? "" : " class=\"" + String.join(" ", classes) + "\"")
          .append(blank ? "" : " style=\"" + style(Shade.of(colours.getRGB(i, 0))) + "\"")
          .append(">")
          .append(Html.text(token.text()))
          .append("</span>");
    }
    return html.toString();
  }

  private static String style(Shade shade) {
    return String.format(
        Locale.ROOT, "background: #%06x; color: #%s", shade.rgb(), shade.black() ? "000" : "fff");
  }
}
