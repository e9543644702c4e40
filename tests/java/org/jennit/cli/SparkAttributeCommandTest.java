package org.jennit.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jennit.process.ChildJvm;
import org.jennit.spark.LocalSpark;
import org.jennit.spark.Pictures;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SparkAttributeCommandTest {
  @TempDir Path temporary;
  private Path pictures;
  private Path table;

  @BeforeEach
  void pictures() throws IOException {
    pictures = Pictures.write(temporary.resolve("pictures"), 12, 1);
    table = temporary.resolve("table");
  }

  private CommandRun spark(String options) {
    return CommandRun.of(
        Stream.concat(
                Stream.of("spark", "attribute", pictures, "-o", table, "--master", "local[2]"),
                Stream.of(options.split(" ", -1)))
            .toArray());
  }

  private List<Row> rows() {
    SparkSession session = LocalSpark.start();
    try {
      return session.read().parquet(table.toString()).orderBy("path").collectAsList();
    } finally {
      session.stop();
    }
  }

  /** With as many threads, and each image alone. */
  @ParameterizedTest
  @CsvSource({
    "-m digits",
    "-m digits -a smoothgrad --n-iter 2 --noise-level 0.2 --seed 3 --cmap seismic --overlay=0.5",
    "-m digits -c epsilon_plus -t 3 --zero-params bias --relevance-norm absolute"
  })
  void heatmapsAreThoseOfAttribute(String options) throws IOException {
    CommandRun run = spark(options + " --images-per-task 5");
    assertEquals(ExitCode.UNREADABLE_INPUTS, run.exitCode(), run.err());
    assertTrue(run.out().contains("12 of 12 images done in " + table), run.out());
    assertTrue(run.error().contains("1 of 12 inputs could not be read"), run.err());
    assertTrue(run.err().contains("0000.png: "), run.err());
    Path folder = temporary.resolve("heatmaps");
    CommandRun.of(
        Stream.concat(
                Stream.of("attribute", pictures, "-o", folder, "--threads", 1),
                Stream.of(options.split(" ", -1)))
            .toArray());
    List<Row> rows = rows();
    assertEquals(12, rows.size());
    String suffix = options.contains("-t 3") ? ".3.png" : ".png";
    for (Row row : rows.subList(1, 12)) {
      String name = Path.of(row.<String>getAs("path")).getFileName().toString();
      assertArrayEquals(
          Files.readAllBytes(folder.resolve(name.replace(".png", suffix))),
          row.<byte[]>getAs("heatmap"),
          name);
    }
  }

  @Test
  void resumedRunsExplainWhatIsNotThere() throws IOException {
    assertEquals(ExitCode.UNREADABLE_INPUTS, spark("-m digits").exitCode());
    CommandRun again = spark("-m digits");
    assertEquals(ExitCode.USAGE, again.exitCode());
    assertTrue(again.error().contains("is there: --resume goes on"), again.err());
    CommandRun other = spark("-m digits --resume --level 2");
    assertEquals(ExitCode.USAGE, other.exitCode());
    assertTrue(other.error().contains("made with other settings"), other.err());

    Pictures.write(pictures, 15, 0);
    CommandRun resumed = spark("-m digits --resume");
    assertTrue(
        resumed.out().contains("3 of 15 images done in " + table + ", 12 were there"),
        resumed.out() + resumed.err());
    assertEquals(15, rows().size());
    assertEquals(15, rows().stream().map(row -> row.getString(0)).distinct().count());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-m vgg16 | --model: vgg16 comes without weights",
        "-m digits -c nothing | --composite: there is no composite 'nothing'",
        "-m digits -a saliency --n-iter 3 | --n-iter: means nothing for the attributor saliency",
        "-m digits --images-per-task 0 | --images-per-task must be at least 1",
        "-m digits --threads 0 | --threads must be at least 1"
      })
  void wrongUsageIsSaidBeforeSparkStarts(String options, String error) {
    CommandRun run = spark(options);
    assertEquals(ExitCode.USAGE, run.exitCode(), run.err());
    assertTrue(run.error().startsWith("jennit: " + error), run.err());
    assertFalse(Files.exists(table));
  }

  private static boolean isNoSpark(String part) {
    return !part.contains("/org/apache/spark/") && !part.contains("/scala-library/");
  }

  /** Who uses the command line without Spark gets its help, and a sentence instead of a run. */
  @Test
  void withoutSparkTheCommandSaysSo() throws Exception {
    ChildJvm.Result run =
        ChildJvm.of(Main.class)
            .classPath(SparkAttributeCommandTest::isNoSpark)
            .run("spark", "attribute", pictures.toString(), "-m", "digits", "-o", table.toString());
    assertEquals(ExitCode.FAILED, run.exit(), run.err());
    assertTrue(run.err().startsWith("jennit: Spark is not here: set SPARK_HOME"), run.err());
    ChildJvm.of(Main.class)
        .classPath(SparkAttributeCommandTest::isNoSpark)
        .run("spark", "attribute", "--help")
        .succeeded();
  }
}
