package org.jennit.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jennit.image.ColorMap;
import org.jennit.internal.AtomicFile;

/**
 * A page that shows attributions: one HTML file that works offline, on any screen, by keyboard, and
 * as far as it can without JavaScript.
 *
 * <p>All text is untrusted: names and labels are shown as they are written, and the page may run
 * its own script alone and load nothing. Equal reports give equal bytes. Not thread-safe.
 */
public final class Report {
  private static final List<String> SCRIPTS =
      List.of("shared.js", "relevance.js", "heatmap.js", "series.js", "tokens.js", "report.js");

  private final String title;
  private final Map<String, String> settings;
  private final Appearance appearance;
  private final List<ReportEntry> entries = new ArrayList<>();

  /** As {@link #Report(String, Map, Appearance)}, with the default appearance. */
  public Report(String title, Map<String, String> settings) {
    this(title, settings, Appearance.defaults());
  }

  /**
   * Begins a report without entries.
   *
   * @param settings what the attributions were made with, names and values, shown in this order
   * @param appearance how the page shows relevance at first
   */
  public Report(String title, Map<String, String> settings, Appearance appearance) {
    this.title = Objects.requireNonNull(title, "title is null");
    this.settings =
        Collections.unmodifiableMap(
            new LinkedHashMap<>(Objects.requireNonNull(settings, "settings is null")));
    this.appearance = Objects.requireNonNull(appearance, "appearance is null");
  }

  /**
   * Adds an entry after the others.
   *
   * @return this report
   */
  public Report add(ReportEntry entry) {
    entries.add(Objects.requireNonNull(entry, "entry is null"));
    return this;
  }

  /**
   * Writes the page. Folders above it are made, a file of this name is replaced.
   *
   * @throws UncheckedIOException where it cannot be written; the message holds the path, and an
   *     earlier file is as it was
   */
  public void write(Path path) {
    Objects.requireNonNull(path, "path is null");
    try {
      AtomicFile.write(path, this::writePage);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private void writePage(Path file) throws IOException {
    // Not newBufferedWriter, which refuses a name that is no proper Unicode.
    try (Writer out =
        new BufferedWriter(
            new OutputStreamWriter(Files.newOutputStream(file), StandardCharsets.UTF_8))) {
      write(out);
    }
  }

  private void write(Writer out) throws IOException {
    String script = script();
    Template.of("report.html")
        .write(
            out,
            Map.ofEntries(
                Map.entry("title", Template.html(Html.text(title))),
                Map.entry("count", Template.html(count())),
                Map.entry("hash", Template.html(hash(script))),
                Map.entry("style", Template.html(Template.read("report.css"))),
                Map.entry("script", Template.html(script)),
                Map.entry("config", Template.html(Html.script(config()))),
                Map.entry("maps", this::writeMaps),
                Map.entry("settings", this::writeSettings),
                Map.entry("contents", this::writeContents),
                Map.entry("entries", this::writeEntries)));
  }

  private String count() {
    return entries.size() == 1 ? "1 attribution" : entries.size() + " attributions";
  }

  private SortedSet<String> maps() {
    SortedSet<String> maps = new TreeSet<>(ColorMap.names());
    maps.add(appearance.cmap());
    return maps;
  }

  private void writeMaps(Writer out) throws IOException {
    for (String map : maps()) {
      out.write("<option>" + Html.text(map) + "</option>\n");
    }
  }

  private void writeSettings(Writer out) throws IOException {
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      out.write(
          "<tr><th scope=\"row\">"
              + Html.text(setting.getKey())
              + "</th><td><bdi>"
              + Html.text(setting.getValue())
              + "</bdi></td></tr>\n");
    }
  }

  private void writeContents(Writer out) throws IOException {
    for (int i = 0; i < entries.size(); i++) {
      String name = Html.text(entries.get(i).name());
      out.write("<li><a href=\"#entry-" + (i + 1) + "\"><bdi>" + name + "</bdi></a></li>\n");
    }
  }

  private void writeEntries(Writer out) throws IOException {
    for (int i = 0; i < entries.size(); i++) {
      new EntryPart(i + 1, entries.get(i)).write(out, appearance);
    }
  }

  /** What the script reads: the colour maps and how to begin. */
  private String config() {
    Map<String, Object> stops = new LinkedHashMap<>();
    maps().forEach(map -> stops.put(map, ColorMap.of(map).stops()));
    Map<String, Object> start = new LinkedHashMap<>();
    start.put("cmap", appearance.cmap());
    start.put("level", appearance.level());
    start.put("norm", appearance.norm().name().toLowerCase(Locale.ROOT));
    start.put("overlay", appearance.overlay());
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("start", start);
    config.put("maps", stops);
    try {
      return new ObjectMapper().writeValueAsString(config);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The parts of the page's script, in a scope of their own. */
  private static String script() {
    StringBuilder script = new StringBuilder("\n\"use strict\";\n{\n");
    for (String part : SCRIPTS) {
      script.append(Template.read(part));
    }
    return script.append("}\n").toString();
  }

  /** The one script that the page may run. */
  private static String hash(String script) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
