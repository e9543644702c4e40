package org.jennit.report;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A picture beside its heatmap. */
final class PictureContent implements EntryContent {
  private static final Template TEMPLATE = Template.of("picture.html");

  private final PictureEntry entry;
  private final Heatmap heatmap;

  PictureContent(PictureEntry entry) {
    this.entry = entry;
    this.heatmap = new Heatmap(entry.relevance());
  }

  @Override
  public String kind() {
    return "picture";
  }

  @Override
  public List<String> facts() {
    int width = entry.input().getWidth();
    int height = entry.input().getHeight();
    boolean same = heatmap.columns() == width && heatmap.rows() == height;
    List<String> facts = new ArrayList<>();
    facts.add("Input " + width + " × " + height);
    facts.addAll(heatmap.facts(same ? "" : heatmap.columns() + " × " + heatmap.rows()));
    return facts;
  }

  @Override
  public void write(Writer out, Appearance appearance) throws IOException {
    int width = entry.input().getWidth();
    int height = entry.input().getHeight();
    boolean row = heatmap.rows() == 1;
    TEMPLATE.write(
        out,
        Map.ofEntries(
            Template.place("name", Html.text(entry.name())),
            Template.place("width", Integer.toString(width)),
            Template.place("height", Integer.toString(height)),
            Template.place("rows", Integer.toString(heatmap.rows())),
            Template.place("columns", Integer.toString(heatmap.columns())),
            Template.place("shape", row ? "strip" : "plane"),
            Template.place("stage", row ? "" : "aspect-ratio: " + width + " / " + height),
            Template.place("input", Html.address(entry.input())),
            Template.place("heatmap", Html.address(heatmap.paint(appearance))),
            Template.place("relevance", heatmap.base64())));
  }
}
