package org.jennit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jennit.core.Numeric;
import org.jennit.export.ExportedProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A BERT of Hugging Face as an exported program, from a text and its tokenizer to the tokens. */
class BertCommandTest {
  private static final Path BERT = TextFiles.WORDPIECE.resolveSibling("bert.pt2");

  private static final Path ONE_INPUT = BERT.resolve("../../exported/shared.pt2").normalize();

  @TempDir Path temporary;

  private static CommandRun explain(Object... more) {
    return CommandRun.of(
        Stream.concat(
                Stream.of("attribute", "-m", BERT, "--tokenizer", TextFiles.WORDPIECE, "-t", "1"),
                Stream.of(more))
            .toArray());
  }

  private static JsonNode line(Object... more) throws IOException {
    CommandRun run =
        explain(
            Stream.concat(Stream.of("-f", "json", "--dtype", "float64"), Stream.of(more))
                .toArray());
    assertEquals(ExitCode.DONE, run.exitCode(), run.err());
    return new ObjectMapper().readTree(run.out());
  }

  private static double[] relevance(JsonNode line) {
    return line.get("tokens").findValues("relevance").stream()
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  @Test
  void anExportedProgramIsGivenWhatItsInputsAreCalled() {
    try (ExportedProgram bert = ExportedProgram.load(BERT);
        ExportedProgram one = ExportedProgram.load(ONE_INPUT)) {
      assertEquals(List.of("input_ids", "attention_mask"), bert.input_names());
      assertEquals(
          List.of(TextOptions.Input.ids, TextOptions.Input.mask), new TextOptions().inputs(bert));
      assertEquals(1, one.input_names().size());
      assertEquals(List.of(TextOptions.Input.ids), new TextOptions().inputs(one));
    }
  }

  @Test
  void embeddingTimesGradientIsThatOfPyTorch() throws IOException {
    JsonNode expected = new ObjectMapper().readTree(BERT.resolveSibling("bert.json").toFile());
    JsonNode line = line("--text", expected.get("text").asText(), "-c", "none");
    double[] values = new double[expected.get("relevance").size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = expected.get("relevance").get(i).asDouble();
      assertEquals(
          expected.get("tokens").get(i).asText(), line.get("tokens").get(i).get("token").asText());
    }
    Numeric.assertClose(values, relevance(line), 1e-9, line.toString());
    assertEquals(
        expected.get("score").asDouble(), line.get("target").get("score").asDouble(), 1e-9);
  }

  @Test
  void relevanceReachesTheTokensOfLongerTextsToo() throws IOException {
    String text = "the cast was unwatchable and the music was great";
    double[] attention = relevance(line("--text", text, "-c", "attnlrp"));
    double[] plain = relevance(line("--text", text, "-c", "none"));
    assertEquals(13, attention.length);
    assertTrue(Arrays.stream(attention).allMatch(value -> Double.isFinite(value) && value != 0));
    assertTrue(Math.abs(attention[3] - plain[3]) > 1e-6, "rules change it");
  }

  @Test
  void theReportShowsTheTokens() throws IOException {
    Path report = temporary.resolve("report.html");
    CommandRun run = explain("--text", "the film was dull", "-c", "attnlrp", "--report", report);
    assertEquals(ExitCode.DONE, run.exitCode(), run.err());
    String page = Files.readString(report);
    assertTrue(page.contains("film") && page.contains("dull"));
  }

  @Test
  void aTextThatIsLongerThanTheProgramTakesIsRefused() {
    CommandRun run = explain("--text", "the film was ".repeat(40));
    assertTrue(run.exitCode() != ExitCode.DONE);
    assertTrue(run.err().contains("2 to 64"), run.err());
  }
}
