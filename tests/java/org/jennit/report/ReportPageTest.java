package org.jennit.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.image.ColorMap;
import org.jennit.image.ImgifyOptions;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** What a report shows, and what it refuses. */
class ReportPageTest extends PageTest {
  private static final List<Double> LEVELS = List.of(0.3, 1.0, 2.5);

  @Test
  void canvasIsWhatImgifyPaints() {
    float[][] relevance = Samples.noise(31, 17, 7);
    open(Appearance.defaults(), Samples.plain("noise", relevance));
    try (PointerScope scope = new PointerScope()) {
      Tensor signed = Samples.tensor(relevance);
      Tensor unsigned = signed.abs();
      for (String cmap : ColorMap.names()) {
        for (double level : LEVELS) {
          ImgifyOptions options = ImgifyOptions.defaults().withCmap(cmap).withLevel(level);
          choose(cmap, level, "symmetric");
          assertPainted(signed, options.withSymmetric(true));
          choose(cmap, level, "unaligned");
          assertPainted(signed, options);
          choose(cmap, level, "absolute");
          assertPainted(unsigned, options.withVmin(0));
        }
      }
    }
  }

  @Test
  void realRelevanceIsPaintedAsImgifyDoes() {
    PictureEntry entry = Samples.digit(3);
    open(Appearance.defaults(), entry);
    try (PointerScope scope = new PointerScope()) {
      assertPainted(
          Samples.tensor(entry.relevance()),
          ImgifyOptions.defaults().withCmap("coldnhot").withSymmetric(true));
    }
  }

  @Test
  void pageBeginsAsTheReportSays() {
    float[][] relevance = Samples.noise(5, 6, 8);
    String cmap = "0f0,40:fff,00f";
    open(
        new Appearance(cmap, 7.25, Appearance.Norm.UNALIGNED, 0.35),
        Samples.plain("noise", relevance));
    assertEquals(cmap, browser.text("document.getElementById('cmap').value"));
    assertEquals("7.25", browser.text("document.getElementById('level-value').textContent"));
    assertEquals("unaligned", browser.text("document.querySelector('[name=norm]:checked').value"));
    assertEquals("0.35", browser.text("document.querySelector('canvas').style.opacity"));
    assertTrue(shown(".under"));
    try (PointerScope scope = new PointerScope()) {
      ImgifyOptions options = ImgifyOptions.defaults().withCmap(cmap).withLevel(7.25);
      assertPainted(Samples.tensor(relevance), options);
      choose("hot", 1, "unaligned");
      browser.run("document.getElementById('reset').click()");
      assertPainted(Samples.tensor(relevance), options);
    }
  }

  @Test
  void zeroRelevanceIsPaintedAsImgifyDoes() {
    float[][] zero = new float[3][4];
    open(Appearance.defaults(), Samples.plain("zero", zero));
    try (PointerScope scope = new PointerScope()) {
      ImgifyOptions options = ImgifyOptions.defaults().withCmap("bwr");
      for (String norm : List.of("symmetric", "absolute", "unaligned")) {
        choose("bwr", 1, norm);
        assertPainted(Samples.tensor(zero), options);
      }
    }
    assertTrue(browser.text("document.querySelector('.facts').textContent").contains("zero"));
  }

  @Test
  void valuesThatAreNotFiniteStayClear() {
    float[][] relevance = {{Float.NaN, 1}, {-4, Float.POSITIVE_INFINITY}};
    open(Appearance.defaults().withCmap("gray"), Samples.plain("bad", relevance));
    byte[] pixels = pixels();
    // (1 + 4) / 8 * 255, cut off
    int grey = 159;
    assertArrayEquals(
        new byte[] {0, 0, 0, 0, (byte) grey, (byte) grey, (byte) grey, -1},
        Arrays.copyOf(pixels, 8));
    assertArrayEquals(new byte[] {0, 0, 0, -1, 0, 0, 0, 0}, Arrays.copyOfRange(pixels, 8, 16));
    browser.run("document.querySelector('.heat').focus({focusVisible: true})");
    browser.press(Keys.ARROW_UP);
    assertEquals("row 0, column 1: 1", readout());
    browser.press(Keys.ARROW_LEFT);
    assertEquals("row 0, column 0: not finite", readout());
  }

  @Test
  void textIsNeverMarkup() {
    String evil =
        "</script><script>window.hacked=1</script><!--<script>\"'><img src=x onerror=hacked=1>"
            + "{{entries}}&lt;b&gt;\u202e\u2028";
    PictureEntry sample = Samples.plain(evil, Samples.noise(2, 2, 1));
    PictureEntry entry =
        new PictureEntry(
            evil, sample.input(), sample.relevance(), List.of(new Prediction(evil, 1, true)), null);
    Path page = folder.resolve("report.html");
    new Report(evil, Map.of(evil, evil)).add(entry).write(page);
    browser.open(page);
    assertEquals("undefined", browser.text("typeof window.hacked"));
    assertEquals(evil, browser.text("document.title"));
    for (String part :
        List.of("h1", "h2", ".predictions bdi", "nav a", ".settings th", ".settings td")) {
      assertEquals(evil, browser.text("document.querySelector('" + part + "').textContent"), part);
    }
    assertEquals("Input " + evil, browser.text("document.querySelector('.input').alt"));
    assertEquals("Relevance of " + evil, label("document.querySelector('.heat')"));
    assertEquals(1, browser.number("document.querySelectorAll('article').length"));
    assertEquals(1, browser.number("document.querySelectorAll('canvas').length"));
  }

  @Test
  void scriptsOfOthersAreRefused() {
    open(Appearance.defaults(), Samples.digit(3));
    browser.run(
        "const s = document.createElement('script'); s.textContent = 'window.hacked = 1';"
            + " document.body.append(s)");
    assertEquals("undefined", browser.text("typeof window.hacked"));
    assertTrue(browser.console().get(0).contains("Content Security Policy"));
  }

  @Test
  void nothingIsLoaded() throws IOException {
    Path page = open(Appearance.defaults().withOverlay(0.5), Samples.digit(3));
    choose("hot", 2, "absolute");
    assertEquals(List.of(page.toUri().toString()), browser.requests());
  }

  @Test
  void manyPicturesArePaintedAsTheyComeIntoSight() {
    PictureEntry[] entries = new PictureEntry[100];
    Arrays.setAll(entries, i -> Samples.plain("noise-" + i, Samples.noise(64, 64, i)));
    open(Appearance.defaults(), entries);
    assertEquals(100, browser.number("document.querySelectorAll('.entry').length"));
    long painted = browser.number("document.querySelectorAll('canvas').length");
    assertTrue(painted > 0 && painted < 10, painted + " are painted");
    choose("hot", 1, "absolute");
    browser.run("document.getElementById('entry-90').scrollIntoView({behavior: 'instant'})");
    browser.settle();
    assertEquals(1, browser.number("document.querySelectorAll('#entry-90 canvas').length"));
    browser.run("window.dispatchEvent(new Event('beforeprint'))");
    assertEquals(100, browser.number("document.querySelectorAll('canvas').length"));
  }

  @Test
  void withoutScriptsThereArePicturesAndTables() {
    browser.allowScripts(false);
    open(Appearance.defaults(), Samples.digit(3));
    assertTrue(shown(".input") && shown(".still") && shown(".predictions") && shown("noscript p"));
    assertTrue(shown(".about summary") && shown(".conservation summary"));
    assertFalse(shown("#controls") || shown("#theme") || shown("#keys"));
    assertEquals(28, browser.number("document.querySelector('.still').naturalWidth"));
  }

  @Test
  void conservationIsATable() {
    PictureEntry entry = Samples.digit(3);
    open(Appearance.defaults(), entry);
    assertEquals(
        entry.conservation().rows().size(),
        browser.number("document.querySelectorAll('.conservation tbody tr').length"));
    assertEquals(
        "features.0 Conv2d ZBox",
        browser.text(
            "[...document.querySelector('.conservation tbody tr').cells].slice(0, 3)"
                + ".map(cell => cell.textContent).join(' ')"));
    assertEquals(
        "digit 8 explained", browser.text("document.querySelector('.target th').textContent"));
  }

  private static void choose(String cmap, double level, String norm) {
    browser.run(
        """
        const set = (id, value, type) => {
          const control = document.getElementById(id);
          control.value = value;
          control.dispatchEvent(new Event(type, {bubbles: true}));
        };
        set("cmap", arguments[0], "change");
        set("level", arguments[1], "input");
        document.querySelector(`[name=norm][value=${arguments[2]}]`).click();
        """,
        cmap,
        level,
        norm);
  }
}
