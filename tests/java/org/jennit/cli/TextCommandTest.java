package org.jennit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jennit.core.Numeric;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Help;

/** Texts from the command line to their tokens' relevance. */
class TextCommandTest {
  @TempDir Path temporary;

  private static CommandRun sentiment(Object... more) {
    return CommandRun.of(
        Stream.concat(
                Stream.of(
                    "attribute", "-m", TextFiles.SENTIMENT, "--tokenizer", TextFiles.WORDPIECE),
                Stream.of(more))
            .toArray());
  }

  private static CommandRun nextWord(Object... more) {
    return CommandRun.of(
        Stream.concat(
                Stream.of(
                    "attribute",
                    "-m",
                    TextFiles.NEXT_WORD,
                    "--tokenizer",
                    TextFiles.BPE,
                    "--inputs",
                    "ids"),
                Stream.of(more))
            .toArray());
  }

  private static List<JsonNode> lines(CommandRun run) throws IOException {
    assertEquals(ExitCode.DONE, run.exitCode(), run.err());
    List<JsonNode> lines = new ArrayList<>();
    for (String line : run.out().lines().toList()) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  private static double[] relevance(JsonNode line) {
    return line.get("tokens").findValues("relevance").stream()
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  private static void assertAsPyTorch(JsonNode expected, JsonNode line) {
    double[] values = new double[expected.get("relevance").size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = expected.get("relevance").get(i).asDouble();
    }
    Numeric.assertClose(values, relevance(line), 1e-9, line.toString());
    assertEquals(
        expected.get("tokens").toString(),
        line.get("tokens").findValuesAsText("token").stream()
            .collect(Collectors.joining("\",\"", "[\"", "\"]")));
  }

  @Test
  void embeddingTimesGradientIsThatOfPyTorch() throws IOException {
    JsonNode negated = TextFiles.expected("negated");
    JsonNode line =
        lines(
                sentiment(
                    "--text",
                    negated.get("text").asText(),
                    "-c",
                    "none",
                    "-f",
                    "json",
                    "--dtype",
                    "float64"))
            .get(0);
    assertAsPyTorch(negated, line);
    assertEquals(negated.get("best").asInt(), line.get("target").get("index").asInt());
    assertEquals(negated.get("score").asDouble(), line.get("target").get("score").asDouble(), 1e-9);
    JsonNode contrast = TextFiles.expected("contrast");
    assertAsPyTorch(
        contrast,
        lines(
                sentiment(
                    "--text",
                    contrast.get("text").asText(),
                    "-t",
                    "1",
                    "--against",
                    "0",
                    "-c",
                    "none",
                    "-f",
                    "json",
                    "--dtype",
                    "float64"))
            .get(0));
  }

  @Test
  void aLanguageModelIsExplainedAtAPosition() throws IOException {
    String text = TextFiles.expected("next").get("text").asText();
    Object[] options = {"--text", text, "-c", "none", "-f", "json", "--dtype", "float64"};
    JsonNode next = lines(nextWord(options)).get(0);
    assertAsPyTorch(TextFiles.expected("next"), next);
    assertEquals("\u0120mat", next.get("target").get("label").asText());
    assertEquals(4, next.get("position").asInt());
    Object[] contrast = {"-t", "\u0120mat", "--against", "\u0120rug"};
    assertAsPyTorch(
        TextFiles.expected("next_contrast"),
        lines(nextWord(Stream.of(options, contrast).flatMap(Stream::of).toArray())).get(0));
    Object[] early = {"--position", "1"};
    double[] relevance =
        relevance(lines(nextWord(Stream.of(options, early).flatMap(Stream::of).toArray())).get(0));
    assertEquals(0, relevance[2] + relevance[3] + relevance[4], "what comes later");
    assertTrue(Math.abs(relevance[1]) > 0);
  }

  @Test
  void rulesGiveRelevanceThatComesFromTheOutput() throws IOException {
    JsonNode line =
        lines(
                sentiment(
                    "--text",
                    "the plot was very boring",
                    "-f",
                    "json",
                    "--dtype",
                    "float64",
                    "--zero-params",
                    "bias",
                    "--embedding",
                    "embedding"))
            .get(0);
    double sum = Arrays.stream(relevance(line)).sum();
    assertEquals(line.get("target").get("score").asDouble(), sum, 1e-4);
  }

  @Test
  void tokensAreATableWhereThereAreNoColours() {
    CommandRun run = sentiment("--text", "the film was not good", "-t", "0");
    assertEquals(ExitCode.DONE, run.exitCode(), run.err());
    List<String> lines = run.out().lines().toList();
    assertTrue(lines.get(0).startsWith("class 0 (3.951)"), run.out());
    assertEquals(9, lines.size(), run.out());
    assertTrue(lines.get(1).matches("token +relevance"), run.out());
    assertTrue(lines.get(6).matches("not +-?[0-9.e-]+"), run.out());
    assertFalse(run.out().contains("\u001b"));
  }

  @Test
  void aTerminalShowsThemAsColours() throws IOException {
    java.io.StringWriter out = new java.io.StringWriter();
    Path texts =
        Files.writeString(temporary.resolve("texts.txt"), "the film was\u0007 good\n\nso dull\n");
    int exitCode =
        Main.commandLine()
            .setColorScheme(Help.defaultColorScheme(Help.Ansi.ON))
            .setOut(new java.io.PrintWriter(out, true))
            .execute(
                "attribute",
                "-m",
                TextFiles.SENTIMENT.toString(),
                "--tokenizer",
                TextFiles.WORDPIECE.toString(),
                "--text-file",
                texts.toString());
    assertEquals(ExitCode.DONE, exitCode);
    List<String> lines = out.toString().lines().toList();
    assertEquals(4, lines.size(), out.toString());
    assertTrue(lines.get(0).startsWith("[1/2] class "), lines.get(0));
    assertEquals(
        "[CLS]the film was\u00b7 good[SEP]", lines.get(1).replaceAll("\u001b\\[[0-9;]*m", ""));
    assertTrue(
        lines
            .get(1)
            .matches(
                "(\u001b\\[48;2;\\d+;\\d+;\\d+m\u001b\\[38;2;(0;0;0|255;255;255)m[^\u001b]+\u001b\\[0m)+"));
    assertTrue(lines.get(1).contains("48;2;255;0;0m") || lines.get(1).contains("48;2;0;0;255m"));
    assertEquals("[CLS]so dull[SEP]", lines.get(3).replaceAll("\u001b\\[[0-9;]*m", ""));
  }

  @Test
  void labelsAndTargetsAreThoseOfImages() throws IOException {
    Path labels = Files.writeString(temporary.resolve("labels.txt"), "negative\npositive\n");
    List<JsonNode> both =
        lines(
            sentiment(
                "--text", "the cast was lovely", "-t", "top-2", "--labels", labels, "-f", "json"));
    assertEquals("positive", both.get(0).get("target").get("label").asText());
    assertEquals("negative", both.get(1).get("target").get("label").asText());
    CommandRun run =
        sentiment(
            "--text",
            "the cast was lovely",
            "-t",
            "POSITIVE",
            "--against",
            "negative",
            "--labels",
            labels);
    assertTrue(run.out().startsWith("positive and not negative ("), run.out() + run.err());
  }

  @Test
  void theReportShowsTheTexts() throws IOException {
    Path report = temporary.resolve("report.html");
    CommandRun run =
        sentiment(
            "--text",
            "the film was <b>good</b>",
            "--text",
            "so dull",
            "--report",
            report,
            "-f",
            "json");
    assertEquals(2, lines(run).size());
    String page = Files.readString(report);
    assertTrue(page.contains("data-kind=\"tokens\""));
    assertTrue(page.contains("Text 2: class "));
    assertTrue(page.contains("&lt;"));
    assertFalse(page.contains("<b>good"));
    assertEquals("report.html", CommandRun.files(temporary));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--text good --text-file nothing.txt --size 3 | --size means nothing for texts",
        "--text good -o folder | --output means nothing for texts",
        "--text good -a saliency | --attributor: saliency is for images",
        "--text good -f png | --format: png is for images, not for texts",
        "--text good --inputs mask,ids | --inputs: the ids come first",
        "--text good --inputs words | Invalid value for option '--inputs'",
        "--text good picture.png | --text does not go with images: picture.png",
        "--text good -t 2 | --target: there is no output 2",
        "--text good -t horse | --target: there is no class 'horse'",
        "--text good --against 2 | --against: there is no output 2",
        "--text good --against horse | --against: there is no class 'horse'",
        "--text good -t 1 --against 1 | --against: 'class 1' is the output that is explained",
        "--text good --position 0 | --position: the model answers for a text as a whole",
        "--text good --embedding embeding | --embedding: the model has no module 'embeding'",
        "--text good -c epsilon_gamma_box | --composite: ",
        "--text good -c nothing | --composite: there is no composite 'nothing'",
        "picture.png | --tokenizer goes with --text or --text-file"
      })
  void isWrongUsage(String options, String error) {
    CommandRun run = sentiment((Object[]) options.split(" ", -1));
    assertEquals(ExitCode.USAGE, run.exitCode(), run.out() + run.err());
    assertTrue(run.error().startsWith("jennit: " + error), run.err());
    assertEquals("", run.out());
  }

  @Test
  void failuresSayWhatIsWrong() throws IOException {
    assertFails(
        "--tokenizer: name the tokenizer.json",
        ExitCode.USAGE,
        "attribute",
        "-m",
        TextFiles.SENTIMENT,
        "--text",
        "good");
    assertFails(
        "--format: json is for texts",
        ExitCode.USAGE,
        "attribute",
        "-m",
        "digits",
        "picture.png",
        "-f",
        "json");
    assertFails(
        "Missing required parameter: 'INPUT', or --text",
        ExitCode.USAGE,
        "attribute",
        "-m",
        "digits");
    Path empty = Files.writeString(temporary.resolve("empty.txt"), "\n \n");
    CommandRun none = sentiment("--text-file", empty);
    assertEquals("jennit: --text-file: there are no texts in " + empty, none.error());
    CommandRun missing = sentiment("--text-file", "nothing.txt");
    assertEquals("jennit: nothing.txt does not exist", missing.error());
    CommandRun binary = sentiment("--text-file", TextFiles.SENTIMENT);
    assertTrue(binary.error().contains("is not a text in UTF-8"), binary.err());
    CommandRun inputs = sentiment("--text", "good", "--inputs", "ids");
    assertEquals(ExitCode.FAILED, inputs.exitCode());
    CommandRun position = nextWord("--text", "the cat", "--position", "2");
    assertEquals("jennit: --position: there is no token 2 in a text of 2 tokens", position.error());
    CommandRun digits =
        CommandRun.of("attribute", "-m", "digits", "--text", "a", "--tokenizer", TextFiles.BPE);
    assertEquals(ExitCode.FAILED, digits.exitCode(), digits.err());
  }

  private static void assertFails(String error, int code, Object... arguments) {
    CommandRun run = CommandRun.of(arguments);
    assertEquals(code, run.exitCode(), run.err());
    assertTrue(run.error().startsWith("jennit: " + error), run.err());
  }
}
