package org.jennit.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A resource with places, <code>{{name}}</code>, that are filled as it is written. Immutable. */
final class Template {
  /** What stands at a place. */
  @FunctionalInterface
  interface Content {
    void write(Writer out) throws IOException;
  }

  private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z]+)}}");

  private final String text;

  private Template(String text) {
    this.text = text;
  }

  static Template of(String resource) {
    return new Template(read(resource));
  }

  /** The text of a resource of this package. */
  static String read(String resource) {
    try (InputStream in = Template.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A place's content that is known already; it must be escaped. */
  static Content html(String html) {
    return out -> out.write(html);
  }

  /** A place and its content that is known already. */
  static Map.Entry<String, Content> place(String name, String html) {
    return Map.entry(name, html(html));
  }

  void write(Writer out, Map<String, Content> contents) throws IOException {
    Matcher place = PLACE.matcher(text);
    int start = 0;
    while (place.find()) {
      out.append(text, start, place.start());
      contents.get(place.group(1)).write(out);
      start = place.end();
    }
    out.append(text, start, text.length());
  }
}
