package org.jennit.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.image.ColorMapException;
import org.jennit.image.Image;
import org.jennit.image.ImgifyOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The file itself; what a browser makes of it is {@link ReportPageTest}'s. */
class ReportTest {
  @TempDir Path folder;

  @Test
  void equalReportsAreEqualBytes() throws IOException {
    for (String name : List.of("first.html", "second.html")) {
      new Report("Digits", Map.of("model", "digits")).add(Samples.digit(0)).write(file(name));
    }
    assertArrayEquals(
        Files.readAllBytes(file("first.html")), Files.readAllBytes(file("second.html")));
  }

  @Test
  void foldersAreMadeAndFilesReplaced() throws IOException {
    Path file = file("a/b/report.html");
    new Report("First", Map.of()).write(file);
    new Report("Second", Map.of()).write(file);
    String html = Files.readString(file);
    assertTrue(html.contains("<title>Second</title>"));
    assertTrue(html.contains("0 attributions"));
    assertTrue(html.startsWith("<!DOCTYPE html>") && html.endsWith("</html>\n"));
  }

  @Test
  void aFileThatCannotBeWrittenIsNamed() throws IOException {
    Path blocked = Files.createFile(file("blocked"));
    UncheckedIOException error =
        assertThrows(
            UncheckedIOException.class,
            () -> new Report("Title", Map.of()).write(blocked.resolve("report.html")));
    assertEquals(
        "cannot write %s: %s is no folder".formatted(blocked.resolve("report.html"), blocked),
        error.getMessage());
  }

  @Test
  void textThatIsNoUnicodeIsWrittenAllTheSame() throws IOException {
    new Report("half \ud83d", Map.of()).add(Samples.plain("\udc00", ones(1, 1))).write(file("a"));
    assertTrue(Files.readString(file("a")).contains("<title>half ?</title>"));
  }

  @Test
  void settingsKeepTheirOrder() throws IOException {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("z", "1");
    settings.put("a", "2");
    new Report("Title", settings).write(file("report.html"));
    String html = Files.readString(file("report.html"));
    assertTrue(html.indexOf(">z</th>") < html.indexOf(">a</th>"));
  }

  @Test
  void theStillPictureIsImgifys() throws IOException {
    float[][] relevance = Samples.noise(9, 7, 5);
    Appearance appearance = Appearance.defaults().withCmap("coolio").withLevel(1.7);
    BufferedImage still = still(relevance, appearance);
    try (PointerScope scope = new PointerScope()) {
      BufferedImage expected =
          Image.imgify(
                  Samples.tensor(relevance),
                  ImgifyOptions.defaults().withCmap("coolio").withLevel(1.7).withSymmetric(true))
              .toBufferedImage();
      for (int i = 0; i < 63; i++) {
        assertEquals(expected.getRGB(i % 7, i / 7), still.getRGB(i % 7, i / 7));
      }
    }
  }

  @Test
  void valuesThatAreNotFiniteStayClearAndAreCounted() throws IOException {
    float[][] relevance = {{1, Float.NaN}, {Float.NEGATIVE_INFINITY, -4}};
    BufferedImage still = still(relevance, Appearance.defaults().withCmap("gray"));
    // (1 + 4) / 8 * 255, cut off
    assertEquals(0xff9f9f9f, still.getRGB(0, 0));
    assertEquals(0, still.getRGB(1, 0));
    assertEquals(0, still.getRGB(0, 1));
    assertEquals(0xff000000, still.getRGB(1, 1));
    String html = Files.readString(file("still.html"));
    assertTrue(html.contains("2 not finite, left blank"));
    assertTrue(html.contains("relevance \u22124.000 to 1.000"));
    assertTrue(html.contains("sum \u22123.000"));
  }

  @Test
  void relevanceWithoutAnyFiniteValueIsWritten() throws IOException {
    BufferedImage still = still(new float[][] {{Float.NaN, Float.NaN}}, Appearance.defaults());
    assertEquals(0, still.getRGB(0, 0));
    assertTrue(Files.readString(file("still.html")).contains("zero everywhere"));
  }

  @Test
  void barsBeginAtZero() {
    Bars bars = Bars.of(List.of(score(3), score(-1), score(0), score(Double.NaN)));
    assertEquals("<i style=\"margin-left: 25.00%; width: 75.00%\"></i>", bars.bar(3));
    assertEquals("<i style=\"margin-left: 0.00%; width: 25.00%\"></i>", bars.bar(-1));
    assertEquals("", bars.bar(0));
    assertEquals("", bars.bar(Double.NaN));
    assertEquals("", bars.bar(Double.POSITIVE_INFINITY));
    Bars wide = Bars.of(List.of(score(Double.MAX_VALUE), score(-Double.MAX_VALUE)));
    assertEquals(
        "<i style=\"margin-left: 50.00%; width: 50.00%\"></i>", wide.bar(Double.MAX_VALUE));
  }

  @Test
  void relevanceMustBeARectangle() {
    assertMessage(
        "relevance of 'cat.png' has no values", () -> Samples.plain("cat.png", new float[1][0]));
    BufferedImage input = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    assertMessage(
        "relevance of 'cat.png' has no values",
        () -> new PictureEntry("cat.png", input, new float[0][], List.of(), null));
    assertMessage(
        "relevance of 'cat.png' must have rows of one length, not of 2 and 1",
        () -> new PictureEntry("cat.png", input, new float[][] {{1, 2}, {3}}, List.of(), null));
  }

  @Test
  void seriesHaveChannelsOfOneLength() {
    assertMessage(
        "series 'ecg' has no channels", () -> new SeriesEntry("ecg", List.of(), List.of(), null));
    assertMessage(
        "channel 'lead I' must have one relevance for each of its steps, not 1 for 2",
        () -> new SeriesEntry.Channel("lead I", new float[2], new float[1]));
    assertMessage(
        "channel 'lead I' must have one relevance for each of its steps, not 0 for 0",
        () -> new SeriesEntry.Channel("lead I", new float[0], new float[0]));
    SeriesEntry.Channel two = new SeriesEntry.Channel("two", new float[2], new float[2]);
    SeriesEntry.Channel one = new SeriesEntry.Channel("one", new float[1], new float[1]);
    assertMessage(
        "the channels of 'ecg' must have equally many steps, not 2 and 1",
        () -> new SeriesEntry("ecg", List.of(two, one), List.of(), null));
    try (PointerScope scope = new PointerScope()) {
      SeriesEntry.Channel made =
          SeriesEntry.Channel.of(
              "lead I",
              Tensor.create(1L, 2L, 3L),
              Tensor.create(0.5, -1.5, 0.0).requires_grad_(true));
      assertArrayEquals(new float[] {1, 2, 3}, made.values());
      assertArrayEquals(new float[] {0.5f, -1.5f, 0}, made.relevance());
      Tensor matrix = Tensor.create(new float[4], 2, 2);
      assertMessage(
          "channel 'lead I' takes tensors of one dimension, not of 2",
          () -> SeriesEntry.Channel.of("lead I", matrix, matrix));
    }
  }

  @Test
  void appearancesAreChecked() {
    Appearance appearance = Appearance.defaults();
    assertThrows(ColorMapException.class, () -> appearance.withCmap("no such map"));
    assertMessage("level of a report must be above 0, not 0.0", () -> appearance.withLevel(0));
    assertMessage(
        "level of a report must be above 0, not NaN", () -> appearance.withLevel(Double.NaN));
    assertMessage("overlay must be from 0 to 1, not 1.5", () -> appearance.withOverlay(1.5));
    assertThrows(NullPointerException.class, () -> appearance.withNorm(null));
  }

  @Test
  void missingPartsAreRefused() {
    Report report = new Report("Title", Map.of());
    assertThrows(NullPointerException.class, () -> report.add(null));
    assertThrows(NullPointerException.class, () -> report.write(null));
    assertThrows(NullPointerException.class, () -> new Report(null, Map.of()));
    assertThrows(NullPointerException.class, () -> new Prediction(null, 0, false));
  }

  @Test
  void nothingInThePageRefersToAnotherFile() throws IOException {
    new Report("Digits", Map.of()).add(Samples.digit(0)).write(file("report.html"));
    Matcher reference =
        Pattern.compile("(?:src|href)=\"([^\"]{1,20})")
            .matcher(Files.readString(file("report.html")));
    int count = 0;
    while (reference.find()) {
      assertTrue(
          reference.group(1).startsWith("#") || reference.group(1).startsWith("data:"),
          reference.group());
      count++;
    }
    assertTrue(count >= 4);
    assertFalse(Files.readString(file("report.html")).contains("http://"));
  }

  private Path file(String name) {
    return folder.resolve(name);
  }

  /** The picture that the page has for browsers that cannot paint. */
  private BufferedImage still(float[][] relevance, Appearance appearance) throws IOException {
    Path file = file("still.html");
    new Report("Title", Map.of(), appearance).add(Samples.plain("name", relevance)).write(file);
    Matcher still =
        Pattern.compile("class=\"still\" src=\"data:image/png;base64,([^\"]+)\"")
            .matcher(Files.readString(file));
    assertTrue(still.find());
    return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(still.group(1))));
  }

  private static float[][] ones(int rows, int columns) {
    float[][] values = new float[rows][columns];
    for (float[] row : values) {
      Arrays.fill(row, 1);
    }
    return values;
  }

  private static Prediction score(double score) {
    return new Prediction("label", score, false);
  }

  private static void assertMessage(String message, Executable executable) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, executable).getMessage());
  }
}
