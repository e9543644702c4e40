package org.jennit.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.image.ColorMap;
import org.jennit.image.Image;
import org.jennit.image.ImgifyOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** What Chromium makes of a report. Every test ends with an empty console. */
class ReportPageTest {
  private static final List<Double> LEVELS = List.of(0.3, 1.0, 2.5);

  private static Browser browser;

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
    ReportEntry entry = Samples.digit(3);
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
  void everythingIsReachedByKeyboard() {
    open(Appearance.defaults(), Samples.digit(3));
    StringBuilder order = new StringBuilder();
    for (int i = 0; i < 11; i++) {
      browser.press(Keys.TAB);
      order.append(
          browser.text(
              "(e => e.id || e.value || e.className || e.textContent)(document.activeElement)"));
      order.append('|');
    }
    assertEquals(
        "skip|theme|cmap|symmetric|level|overlay|reset|Settings|Contents|stage heat plane|"
            + "Conservation: 1.000 in, 1.017 out (101.7\u00a0%)|",
        order.toString());
  }

  @Test
  void skipLinkLeadsToTheEntries() {
    open(Appearance.defaults(), Samples.digit(3));
    browser.press(Keys.TAB);
    assertTrue(browser.number("document.activeElement.getBoundingClientRect().left") >= 0);
    browser.press(Keys.ENTER);
    assertEquals("entries", browser.text("document.activeElement.id"));
    browser.press(Keys.TAB);
    assertEquals("Relevance of digit-3.png", label("document.activeElement"));
  }

  @Test
  void controlsWorkByKeyboard() {
    float[][] relevance = Samples.noise(8, 8, 2);
    open(Appearance.defaults().withCmap("gray"), Samples.plain("noise", relevance));
    try (PointerScope scope = new PointerScope()) {
      Tensor tensor = Samples.tensor(relevance);
      ImgifyOptions options = ImgifyOptions.defaults().withCmap("gray");
      assertPainted(tensor, options.withSymmetric(true));
      browser.run("document.getElementById('level').focus()");
      browser.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
      assertPainted(tensor, options.withSymmetric(true).withLevel(1.2));
      browser.run("document.querySelector('[name=norm]:checked').focus()");
      browser.press(Keys.ARROW_LEFT);
      assertPainted(tensor, options.withLevel(1.2));
      browser.run("document.getElementById('cmap').focus()");
      browser.press("hot");
      assertPainted(tensor, options.withLevel(1.2).withCmap("hot"));
      browser.run("document.getElementById('overlay').focus()");
      browser.press(Keys.HOME);
      assertEquals("0", browser.text("document.querySelector('canvas').style.opacity"));
    }
  }

  @Test
  void heatmapIsReadByKeyboard() {
    float[][] relevance = Samples.noise(30, 40, 4);
    relevance[15][20] = -0.0625f;
    relevance[16][20] = 12.5f;
    relevance[16][30] = 0;
    open(Appearance.defaults(), Samples.plain("noise", relevance));
    browser.run("document.querySelector('.heat').focus({focusVisible: true})");
    assertEquals("row 15, column 20: \u22120.0625", readout());
    browser.press(Keys.ARROW_DOWN);
    assertEquals("row 16, column 20: 12.5", readout());
    browser.pressShift(Keys.ARROW_RIGHT);
    assertEquals("row 16, column 30: 0", readout());
    browser.pressShift(Keys.ARROW_RIGHT);
    assertTrue(readout().startsWith("row 16, column 39: "), "stays within");
    assertEquals(2, browser.number("document.querySelectorAll('.mark:not([hidden])').length"));
    browser.press(Keys.ESCAPE);
    assertEquals("", readout());
    assertEquals(0, browser.number("document.querySelectorAll('.mark:not([hidden])').length"));
  }

  @Test
  void heatmapIsReadByPointer() {
    float[][] relevance = new float[4][4];
    relevance[2][1] = 3;
    open(Appearance.defaults(), Samples.plain("point", relevance));
    for (String part : List.of(".input", "canvas")) {
      browser.run(
          "const e = document.querySelector(arguments[0]), b = e.getBoundingClientRect();"
              + " e.dispatchEvent(new PointerEvent('pointermove', {bubbles: true,"
              + " clientX: b.left + 0.4 * b.width, clientY: b.top + 0.6 * b.height}))",
          part);
      assertEquals("row 2, column 1: 3", readout());
    }
  }

  @Test
  @SuppressWarnings("unchecked")
  void everythingThatTakesFocusHasAName() {
    open(Appearance.defaults(), Samples.digit(3));
    int controls = 0;
    List<Map<String, Object>> nodes =
        (List<Map<String, Object>>)
            browser.command("Accessibility.getFullAXTree", Map.of()).get("nodes");
    for (Map<String, Object> node : nodes) {
      String role = String.valueOf(value(node, "role"));
      List<Map<String, Object>> properties =
          (List<Map<String, Object>>) node.getOrDefault("properties", List.of());
      boolean takesFocus =
          properties.stream()
              .anyMatch(p -> p.get("name").equals("focusable") && !role.equals("RootWebArea"));
      if (takesFocus && !role.equals("generic")) {
        controls++;
        assertFalse(String.valueOf(value(node, "name")).isBlank(), node.toString());
      }
    }
    assertTrue(controls >= 12, controls + " controls");
    for (String landmark :
        List.of("main", "header", "footer", "h1", "nav[aria-label]", "article")) {
      assertTrue(browser.number("document.querySelectorAll('" + landmark + "').length") > 0);
    }
    assertEquals(0, browser.number("document.querySelectorAll('img:not([alt])').length"));
    assertEquals("en", browser.text("document.documentElement.lang"));
  }

  @Test
  void aPhoneNeedsNoScrollingSideways() {
    browser.size(375, 812);
    open(
        Appearance.defaults(),
        Samples.digit(3),
        Samples.plain("a-name-without-any-place-to-break".repeat(20), Samples.noise(1, 900, 1)));
    assertFalse((Boolean) browser.evaluate("document.getElementById('controls').open"));
    browser.run("document.querySelectorAll('details').forEach(part => part.open = true)");
    assertEquals(375, browser.number("document.documentElement.scrollWidth"));
    assertEquals(
        0,
        browser.number(
            "[...document.querySelectorAll('main *, .top *, .controls *')]"
                + ".filter(e => !e.closest('.wide') && e.getBoundingClientRect().right > 375)"
                + ".length"));
    assertTrue(
        browser.number(
                "Math.min(...[...document.querySelectorAll('.stage')]"
                    + ".map(e => e.getBoundingClientRect().width))")
            >= 140);
  }

  @Test
  void darkFollowsTheSystemAndTheButton() {
    open(Appearance.defaults(), Samples.digit(3));
    assertTrue(brightness() > 200);
    browser.prefer("dark");
    browser.settle();
    assertTrue(brightness() < 50);
    assertEquals("true", browser.text("document.getElementById('theme').ariaPressed"));
    browser.run("document.getElementById('theme').focus()");
    browser.press(Keys.SPACE);
    assertTrue(brightness() > 200);
    browser.press(Keys.SPACE);
    assertTrue(brightness() < 50);
  }

  /** WCAG 2.2, 1.4.3: a contrast of 4.5 for text. */
  @Test
  void textStandsOutInBothSchemes() {
    open(Appearance.defaults(), Samples.digit(3));
    for (String scheme : List.of("light", "dark")) {
      browser.prefer(scheme);
      browser.settle();
      for (String part : List.of("h1", "h2", ".facts", ".tag", ".predictions td", "summary")) {
        double contrast = contrast(part);
        assertTrue(contrast >= 4.5, part + " in " + scheme + ": " + contrast);
      }
    }
  }

  @Test
  void textIsNeverMarkup() {
    String evil =
        "</script><script>window.hacked=1</script><!--<script>\"'><img src=x onerror=hacked=1>"
            + "{{entries}}&lt;b&gt;\u202e\u2028";
    ReportEntry sample = Samples.plain(evil, Samples.noise(2, 2, 1));
    ReportEntry entry =
        new ReportEntry(
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
    ReportEntry[] entries = new ReportEntry[100];
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
    ReportEntry entry = Samples.digit(3);
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

  private Path open(Appearance appearance, ReportEntry... entries) {
    Path page = folder.resolve("report.html");
    Report report = new Report("Report", Map.of("model", "digits"), appearance);
    List.of(entries).forEach(report::add);
    report.write(page);
    browser.open(page);
    return page;
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

  private static void assertPainted(Tensor relevance, ImgifyOptions options) {
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
  private static byte[] pixels() {
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

  private static String readout() {
    return browser.text("document.querySelector('figcaption output').textContent");
  }

  private static String label(String element) {
    return browser.text(element + ".ariaLabel");
  }

  private static boolean shown(String selector) {
    return (Boolean)
        browser.evaluate(
            "document.querySelector(arguments[0])?.checkVisibility() ?? false", selector);
  }

  @SuppressWarnings("unchecked")
  private static Object value(Map<String, Object> node, String name) {
    return ((Map<String, Object>) node.getOrDefault(name, Map.of("value", ""))).get("value");
  }

  /** The red of what lies behind the page, from 0 to 255. */
  private static long brightness() {
    return browser.number(
        "Number(getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/)[0])");
  }

  /** Contrast of an element's text with what lies behind it, as WCAG 2.2 defines it. */
  private static double contrast(String selector) {
    return ((Number)
            browser.evaluate(
                """
                (element => {
                  const light = color => color.match(/\\d+/g).slice(0, 3)
                    .map(c => c / 255)
                    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
                    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
                  let behind = element;
                  while (getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)") {
                    behind = behind.parentElement;
                  }
                  const [low, high] = [getComputedStyle(element).color,
                    getComputedStyle(behind).backgroundColor].map(light).sort((a, b) => a - b);
                  return (high + 0.05) / (low + 0.05);
                })(document.querySelector(arguments[0]))\
                """,
                selector))
        .doubleValue();
  }
}
