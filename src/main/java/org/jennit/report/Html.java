package org.jennit.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Values as they may stand in HTML. */
final class Html {
  private static final String[][] ESCAPES = {
    {"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}
  };

  private Html() {}

  /** Text as it may stand between tags and in quoted attributes. */
  static String text(String text) {
    String escaped = text;
    for (String[] escape : ESCAPES) {
      escaped = escaped.replace(escape[0], escape[1]);
    }
    return escaped;
  }

  /** A number of four digits, with a real minus sign; it needs no escape. */
  static String number(double value) {
    return value == 0 ? "0" : String.format(Locale.ROOT, "%.4g", value).replace('-', '\u2212');
  }

  /** JSON as it may stand in a script element: no text in it can close the element. */
  static String script(String json) {
    return json.replace("<", "\\u003c");
  }

  /** A picture as the address of itself: a PNG in base64. */
  static String address(BufferedImage picture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(stream);
      writer.write(picture);
    } finally {
      writer.dispose();
    }
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}
