package org.jennit.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.jennit.image.ImgifyOptions;
import org.jennit.report.SeriesEntry.Channel;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** A series in Chromium: curves over their relevance. */
class SeriesPageTest extends PageTest {

  private static SeriesEntry waves() {
    float[] sine = new float[120];
    float[] saw = new float[120];
    for (int i = 0; i < 120; i++) {
      sine[i] = (float) Math.sin(i / 9.0);
      saw[i] = i % 17 - 8;
    }
    float[][] relevance = Samples.noise(2, 120, 4);
    return new SeriesEntry(
        "waves",
        List.of(new Channel("sine", sine, relevance[0]), new Channel("saw", saw, relevance[1])),
        List.of(new Prediction("even", 2, true), new Prediction("odd", -1, false)),
        null);
  }

  @Test
  void theShadingIsWhatImgifyPaints() throws IOException {
    open(Appearance.defaults().withOverlay(0.3), waves());
    try (PointerScope scope = new PointerScope()) {
      assertPainted(
          Samples.tensor(Samples.noise(2, 120, 4)),
          ImgifyOptions.defaults().withCmap("coldnhot").withSymmetric(true));
    }
    assertTrue(shown(".curves use") && shown(".channel") && shown(".predictions"));
    assertEquals("1", browser.text("document.querySelector('canvas').style.opacity"));
    assertEquals(
        "120 steps, 2 channels",
        browser.text(
            "[...document.querySelectorAll('.facts span')].slice(0, 2)"
                + ".map(fact => fact.textContent).join(', ')"));
    browser.picture(Path.of("target", "report", "series.png"), true);
  }

  @Test
  void curvesLieInTheirBandsAndMarksOnThem() {
    float[] ramp = {0, 1, 2, 3};
    float[] flat = {5, 5, 5, 5};
    float[] shares = {1, -1, 0, 2};
    open(
        Appearance.defaults(),
        new SeriesEntry(
            "ramp",
            List.of(new Channel("ramp", ramp, shares), new Channel("flat", flat, shares)),
            List.of(),
            null));
    assertEquals(4, browser.number("document.querySelectorAll('.curves use').length"));
    // The last value of the ramp is the top of its band, the first one the bottom.
    assertEquals("M0.5 0.8800h0L1.5 0.6267L2.5 0.3733L3.5 0.1200", path(0));
    assertEquals("M0.5 1.5000h0L1.5 1.5000L2.5 1.5000L3.5 1.5000", path(1));
    browser.run("document.querySelector('.heat').focus({focusVisible: true})");
    // It begins in the middle: the second channel, the third step.
    assertEquals("flat, step 2: 5, relevance 0", readout());
    browser.press(Keys.ARROW_UP, Keys.ARROW_RIGHT);
    assertEquals("ramp, step 3: 3, relevance 2", readout());
    assertEquals(
        6, browser.number("Math.round(parseFloat(document.querySelector('.mark').style.top))"));
    browser.press(Keys.ARROW_DOWN, Keys.ARROW_LEFT);
    assertEquals("flat, step 2: 5, relevance 0", readout());
    assertEquals(
        75, browser.number("Math.round(parseFloat(document.querySelector('.mark').style.top))"));
  }

  private static String path(int channel) {
    return browser.text(
        "document.querySelectorAll('.curves path')[" + channel + "].getAttribute('d')");
  }

  @Test
  void gapsAreLeftWhereValuesAreNotFinite() {
    float[] values = {1, Float.NaN, 0, Float.POSITIVE_INFINITY};
    float[] relevance = {1, 2, Float.NaN, -1};
    open(
        Appearance.defaults(),
        new SeriesEntry("gaps", List.of(new Channel("<b>", values, relevance)), List.of(), null));
    assertEquals("M0.5 0.1200h0M2.5 0.8800h0", path(0));
    assertEquals("<b>", browser.text("document.querySelector('.channel bdi').textContent"));
    assertTrue(
        browser
            .text("document.querySelector('.facts').textContent")
            .contains("1 not finite, left blank"));
    browser.run("document.querySelector('.heat').focus({focusVisible: true})");
    assertEquals("<b>, step 2: 0, relevance not finite", readout());
    browser.press(Keys.ARROW_RIGHT);
    assertEquals("<b>, step 3: not finite, relevance \u22121", readout());
  }

  @Test
  void withoutScriptsThereAreCurvesAndShading() {
    browser.allowScripts(false);
    open(Appearance.defaults(), waves());
    assertTrue(shown(".still") && shown(".curves svg") && shown(".channel"));
  }

  @Test
  void kindsStandBesideEachOther() {
    open(Appearance.defaults(), waves(), Samples.plain("noise", Samples.noise(3, 4, 1)));
    assertEquals(2, browser.number("document.querySelectorAll('canvas').length"));
    assertEquals(
        "series,picture",
        browser.text("[...document.querySelectorAll('.entry')].map(e => e.dataset.kind).join()"));
    assertEquals(2, browser.number("document.querySelectorAll('.channel').length"));
  }
}
