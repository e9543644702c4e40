package org.jennit.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.image.ImgifyOptions;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** Reading a report with a keyboard, a screen reader, a phone, and in either scheme of colours. */
class ReportAccessTest extends PageTest {
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
