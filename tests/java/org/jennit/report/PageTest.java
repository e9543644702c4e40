package org.jennit.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jennit.image.Image;
import org.jennit.image.ImgifyOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A report in Chromium. Every test ends with an empty console. */
abstract class PageTest {
  static Browser browser;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    browser = new Browser();
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void wideAndLight() throws IOException {
    browser.allowScripts(true);
    browser.size(1280, 900);
    browser.prefer("light");
    browser.requests();
  }

  @AfterEach
  void consoleIsEmpty() {
    assertEquals(List.of(), browser.console());
  }

  final Path open(Appearance appearance, ReportEntry... entries) {
    Path page = folder.resolve("report.html");
    Report report = new Report("Report", Map.of("model", "digits"), appearance);
    List.of(entries).forEach(report::add);
    report.write(page);
    browser.open(page);
    return page;
  }

  static void assertPainted(Tensor relevance, ImgifyOptions options) {
    byte[] expected = Image.imgify(relevance, options).pixels();
    byte[] pixels = pixels();
    byte[] colours = new byte[expected.length];
    for (int i = 0; i < expected.length; i++) {
      colours[i] = pixels[i / 3 * 4 + i % 3];
    }
    assertArrayEquals(expected, colours, options.toString());
    for (int i = 3; i < pixels.length; i += 4) {
      assertEquals(-1, pixels[i]);
    }
  }

  /**
   * Red, green, blue and alpha of each pixel of the first canvas; of a copy, as reading makes a
   * canvas slow and Chromium complain.
   */
  static byte[] pixels() {
    return Base64.getDecoder()
        .decode(
            browser.text(
                """
                (canvas => {
                  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
                  copy.drawImage(canvas, 0, 0);
                  const pixels = copy.getImageData(0, 0, canvas.width, canvas.height);
                  return btoa(String.fromCharCode(...pixels.data));
                })(document.querySelector("canvas"))\
                """));
  }

  static String readout() {
    return browser.text("document.querySelector('figcaption output').textContent");
  }

  static String label(String element) {
    return browser.text(element + ".ariaLabel");
  }

  static boolean shown(String selector) {
    return (Boolean)
        browser.evaluate(
            "document.querySelector(arguments[0])?.checkVisibility() ?? false", selector);
  }
}
