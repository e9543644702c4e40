package org.jennit.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.image.Image;
import org.jennit.image.ImgifyOptions;
import org.jennit.report.TokenEntry.Token;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** A text in Chromium, shaded by the relevance of its tokens. */
class TokenPageTest extends PageTest {
  private static final float[] RELEVANCE = {0.1f, -0.25f, 2, 0, 0.5f, -1, 0.02f};

  private static TokenEntry sentence(String name) {
    String[] texts = {"[CLS]", "A", " <b>un", "believ", "able</b>", " film", "[SEP]"};
    List<Token> tokens = new ArrayList<>();
    for (int i = 0; i < texts.length; i++) {
      tokens.add(new Token(texts[i], RELEVANCE[i], texts[i].startsWith("[")));
    }
    return new TokenEntry(
        name,
        tokens,
        List.of(new Prediction("positive", 2, true), new Prediction("negative", -1, false)),
        null);
  }

  private static String colours() {
    return browser.text(
        "[...document.querySelectorAll('.tokens span')].map(t => getComputedStyle(t)"
            + ".backgroundColor.replaceAll(' ', '')).join(';')");
  }

  private static String expected(ImgifyOptions options) {
    List<String> colours = new ArrayList<>();
    try (PointerScope scope = new PointerScope()) {
      byte[] pixels = Image.imgify(Tensor.create(RELEVANCE, 1, RELEVANCE.length), options).pixels();
      for (int i = 0; i < pixels.length; i += 3) {
        colours.add(
            "rgb(%d,%d,%d)"
                .formatted(pixels[i] & 0xff, pixels[i + 1] & 0xff, pixels[i + 2] & 0xff));
      }
    }
    return String.join(";", colours);
  }

  @Test
  void theShadingIsWhatImgifyPaints() throws IOException {
    ImgifyOptions options = ImgifyOptions.defaults().withCmap("bwr").withSymmetric(true);
    open(Appearance.defaults().withCmap("bwr"), sentence("a film"));
    assertEquals(expected(options), colours());
    browser.run(
        "const select = document.getElementById('cmap'); select.value = 'coldnhot';"
            + " select.dispatchEvent(new Event('change'))");
    assertEquals(expected(options.withCmap("coldnhot")), colours());
    browser.picture(Path.of("target", "report", "tokens.png"), true);
  }

  @Test
  void theTextStaysTheText() {
    open(Appearance.defaults(), sentence("a film"));
    assertEquals(
        "[CLS]A <b>unbelievable</b> film[SEP]",
        browser.text("document.querySelector('.tokens').textContent"));
    assertEquals(2, browser.number("document.querySelectorAll('.tokens .special').length"));
    assertEquals("7 tokens", browser.text("document.querySelector('.facts span').textContent"));
    assertTrue(shown(".predictions"));
  }

  @Test
  void textIsReadableOnEveryColour() {
    for (String cmap : List.of("coldnhot", "bwr", "gray", "hot")) {
      open(Appearance.defaults().withCmap(cmap), sentence("a film"));
      long contrast =
          browser.number(
              """
              (() => {
                const light = colour => {
                  const [r, g, b] = colour.match(/\\d+/g).map(Number).map(c => c / 255)
                    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
                  return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
                };
                return Math.floor(100 * Math.min(...[...document.querySelectorAll('.tokens span')].map(token => {
                  const style = getComputedStyle(token);
                  const two = [light(style.color), light(style.backgroundColor)];
                  return Math.max(...two) / Math.min(...two);
                })));
              })()\
              """);
      assertTrue(contrast >= 450, cmap + ": contrast " + contrast / 100.0);
    }
  }

  @Test
  void valuesAreReadByPointingAndByKeyboard() {
    open(Appearance.defaults(), sentence("a film"));
    browser.run(
        "document.querySelectorAll('.tokens span')[5]"
            + ".dispatchEvent(new PointerEvent('pointermove', {bubbles: true}))");
    assertEquals("token 5, film: \u22121", readout());
    assertEquals(" film", browser.text("document.querySelector('.tokens .read').textContent"));
    browser.run("document.querySelector('.tokens').focus({focusVisible: true})");
    browser.press(Keys.ESCAPE, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_DOWN);
    assertEquals("token 2, <b>un: 2", readout());
    browser.press(Keys.ARROW_LEFT);
    assertEquals("token 1, A: \u22120.25", readout());
    browser.pressShift(Keys.ARROW_RIGHT);
    assertEquals("token 6, [SEP]: 0.02", readout());
    browser.press(Keys.TAB);
    assertEquals("", readout());
    assertFalse(shown(".tokens .read"));
  }

  @Test
  void whatIsNotFiniteIsLeftBlank() {
    open(
        Appearance.defaults(),
        new TokenEntry(
            "gaps",
            List.of(new Token("one", Float.NaN, false), new Token(" two", 1, false)),
            List.of(),
            null));
    assertEquals("one", browser.text("document.querySelector('.tokens .blank').textContent"));
    assertTrue(
        browser
            .text("document.querySelector('.facts').textContent")
            .contains("1 not finite, left blank"));
    browser.run("document.querySelector('.tokens').focus({focusVisible: true})");
    assertEquals("token 0, one: not finite", readout());
  }

  @Test
  void withoutScriptsTheTextIsShaded() {
    ImgifyOptions options = ImgifyOptions.defaults().withCmap("bwr").withSymmetric(true);
    browser.allowScripts(false);
    open(Appearance.defaults().withCmap("bwr"), sentence("a film"));
    browser.allowScripts(true);
    assertEquals(expected(options), colours());
    assertFalse(shown(".controls"));
  }

  @Test
  void kindsStandBesideEachOther() {
    open(
        Appearance.defaults(),
        sentence("first"),
        Samples.plain("noise", Samples.noise(3, 4, 1)),
        sentence("second"));
    assertEquals(
        "tokens,picture,tokens",
        browser.text("[...document.querySelectorAll('.entry')].map(e => e.dataset.kind).join()"));
    assertEquals(1, browser.number("document.querySelectorAll('canvas').length"));
  }

  @Test
  void aTextWithoutTokensIsRefused() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new TokenEntry("empty", List.of(), List.of(), null))
            .getMessage();
    assertEquals("text 'empty' has no tokens", message);
  }
}
