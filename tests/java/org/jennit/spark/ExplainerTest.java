package org.jennit.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.jennit.composites.Composites;
import org.jennit.composites.EpsilonPlus;
import org.jennit.core.Threads;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Explanations by two tasks at a time, within this process. */
class ExplainerTest {
  private static final int COUNT = 20;
  private static final int BROKEN = 2;

  @TempDir static Path folder;
  private static SparkSession spark;

  @BeforeAll
  static void start() throws IOException {
    spark = LocalSpark.start();
    Pictures.write(folder.resolve("pictures"), COUNT, BROKEN);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Explainer digits() {
    return new Explainer().setModel("digits");
  }

  /** The pictures as the source binaryFile gives them, spread over so many tasks. */
  private static Dataset<Row> files(int tasks) {
    return spark
        .read()
        .format("binaryFile")
        .load(folder.resolve("pictures").toString())
        .repartition(tasks);
  }

  /** Heatmaps by the names of the pictures; those that have one. */
  private static Map<String, byte[]> heatmaps(Dataset<Row> rows, String path) {
    return rows.filter("heatmap is not null").collectAsList().stream()
        .collect(
            Collectors.toMap(
                row -> Path.of(row.<String>getAs(path)).getFileName().toString(),
                row -> row.<byte[]>getAs("heatmap")));
  }

  private static void assertSame(Map<String, byte[]> expected, Map<String, byte[]> heatmaps) {
    assertEquals(COUNT - BROKEN, expected.size());
    assertEquals(expected.keySet(), heatmaps.keySet());
    expected.forEach((name, heatmap) -> assertArrayEquals(heatmap, heatmaps.get(name), name));
  }

  @Test
  void aBrokenPictureHasItsErrorAndStopsNothing() {
    List<Row> rows = digits().transform(files(3)).collectAsList();
    assertEquals(COUNT, rows.size());
    List<Row> broken = rows.stream().filter(row -> row.getAs("error") != null).toList();
    assertEquals(BROKEN, broken.size());
    for (Row row : broken) {
      assertTrue(row.<String>getAs("error").contains("cannot be read as an image"), row.toString());
      assertNull(row.getAs("heatmap"));
      assertNull(row.getAs("prediction"));
      assertNotNull(row.getAs("path"));
    }
    for (Row row : rows) {
      if (row.getAs("error") == null) {
        assertEquals(row.<Integer>getAs("prediction"), row.getAs("target"));
        assertEquals(row.getAs("target").toString(), row.getAs("label"));
        assertEquals('P', row.<byte[]>getAs("heatmap")[1]);
      }
    }
  }

  @Test
  void tasksDoNotChangeBytes() {
    Explainer smooth = digits().setAttributor("smoothgrad").setNIter(3).setSeed(4);
    for (Explainer explainer : List.of(digits(), smooth)) {
      assertSame(
          heatmaps(explainer.transform(files(1)), "path"),
          heatmaps(explainer.transform(files(7)), "path"));
    }
  }

  @Test
  void filesImagesAndNamesGiveTheSame() {
    Map<String, byte[]> expected = heatmaps(digits().transform(files(2)), "path");
    assertSame(
        expected,
        heatmaps(digits().setInputCol("path").transform(files(2).select("path")), "path"));
    Dataset<Row> images = spark.read().format("image").load(folder.resolve("pictures").toString());
    assertSame(
        expected,
        heatmaps(
            digits()
                .setInputCol("image")
                .transform(images)
                .withColumn("p", functions.col("image.origin")),
            "p"));
  }

  @Test
  void numbersAreTakenAsTheModelTakesThem() {
    Explainer explainer =
        digits().setInputCol("numbers").setHeatmapFormat("relevance").setComposite("none");
    Dataset<Row> rows =
        spark.sql(
            "select transform(sequence(1, 784), i -> float(i % 5) / 5) as numbers"
                + " union all select array(1.0f) union all select null");
    List<Row> explained = explainer.transform(rows).collectAsList();
    assertEquals(3, explained.size());
    List<Row> whole = explained.stream().filter(row -> row.getAs("error") == null).toList();
    assertEquals(1, whole.size());
    assertEquals(784, whole.get(0).getList(whole.get(0).fieldIndex("heatmap")).size());
    String errors = explained.stream().map(row -> row.<String>getAs("error")).toList().toString();
    assertTrue(errors.contains("784 numbers are needed (1 x 28 x 28)"), errors);
    assertTrue(errors.contains("the column is null"), errors);
  }

  @Test
  void eachTargetHasARow() {
    Dataset<Row> two = files(1).orderBy("path").offset(1).limit(2);
    List<Row> ranked = digits().setTarget("top-3").transform(two).collectAsList();
    assertEquals(6, ranked.size());
    assertEquals(ranked.get(0).<Integer>getAs("prediction"), ranked.get(0).getAs("target"));
    assertEquals(ranked.get(0).<String>getAs("path"), ranked.get(2).getAs("path"));
    List<Row> named = digits().setTarget("7", "2").transform(two).collectAsList();
    assertEquals(
        List.of(7, 2, 7, 2), named.stream().map(row -> row.<Integer>getAs("target")).toList());
  }

  /** By the numbers of the same relevance. */
  @Test
  void summedHeatmapsAreTheSumsOverChannels() {
    Dataset<Row> one = files(1).orderBy("path").offset(1).limit(1);
    Explainer colour =
        new Explainer()
            .setModel(script("traced").toString())
            .setComposite("epsilon_plus")
            .setCrop(32)
            .setSize(32)
            .setDtype("float64");
    Row all =
        colour.copy(colour.extractParamMap()).setHeatmapFormat("relevance").transform(one).first();
    Row summed = colour.setHeatmapFormat("summed").transform(one).first();
    List<Double> channels = all.getList(all.fieldIndex("heatmap"));
    List<Double> plane = summed.getList(summed.fieldIndex("heatmap"));
    assertEquals(3 * 32 * 32, channels.size());
    assertEquals(32 * 32, plane.size());
    for (int i = 0; i < plane.size(); i++) {
      double sum = channels.get(i) + channels.get(1024 + i) + channels.get(2048 + i);
      assertEquals(sum, plane.get(i), 1e-12);
    }
  }

  private static Path script(String kind) {
    return Path.of(System.getProperty("jennit.vectors", "tests/data/vectors"))
        .resolve("torchscript/tiny_resnet_" + kind + ".pt");
  }

  /** Two files of one name, which would overwrite each other but for their content's names. */
  @Test
  void modelsOfOneNameStandSideBySide() throws IOException {
    Dataset<Row> one = files(1).orderBy("path").offset(1).limit(1);
    for (String kind : List.of("resnet", "vgg")) {
      Path file = folder.resolve(kind).resolve("model.pt");
      Files.createDirectories(file.getParent());
      Files.copy(script("traced").resolveSibling("tiny_" + kind + "_traced.pt"), file);
    }
    Explainer base = new Explainer().setComposite("epsilon_plus").setCrop(32).setSize(32);
    Dataset<Row> both =
        base.copy(base.extractParamMap())
            .setModel(folder.resolve("resnet/model.pt").toString())
            .transform(one)
            .union(base.setModel(folder.resolve("vgg/model.pt").toUri().toString()).transform(one));
    List<Row> rows = both.collectAsList();
    assertEquals(2, rows.stream().map(row -> row.<Double>getAs("score")).distinct().count());
    assertTrue(rows.stream().allMatch(row -> row.getAs("error") == null), rows.toString());
  }

  /** A composite is made when an explainer is opened: its making tells how often, and where. */
  @Test
  void allTasksShareWhatIsOpenedOnce() {
    AtomicInteger opened = new AtomicInteger();
    AtomicInteger threads = new AtomicInteger();
    Composites.register(
        "counted",
        options -> {
          opened.incrementAndGet();
          threads.set(Threads.get_num_threads());
          return new EpsilonPlus(options);
        });
    try {
      assertEquals(
          COUNT, digits().setComposite("counted").transform(files(6)).collectAsList().size());
      assertEquals(1, opened.get());
      assertEquals(1, threads.get(), "spark.task.cpus");
    } finally {
      Composites.unregister("counted");
    }
  }

  @Test
  void threadsOfOperationsArePutBack() {
    int before = Threads.get_num_threads();
    digits().transform(files(4)).collectAsList();
    List<Integer> after =
        files(4)
            .mapPartitions(
                (MapPartitionsFunction<Row, Integer>)
                    rows -> List.of(Threads.get_num_threads()).iterator(),
                Encoders.INT())
            .collectAsList();
    assertEquals(List.of(before, before, before, before), after);
  }

  /** Rows that nobody asks for are not explained, and what they hold is given back. */
  @Test
  void aLimitLeavesNothingOpen() {
    assertEquals(1, digits().transform(files(1)).limit(1).collectAsList().size());
    assertEquals(COUNT, digits().transform(files(2)).collectAsList().size());
  }

  @Test
  void stagesAreWrittenReadAndCopied() throws IOException {
    Path file = folder.resolve("stage");
    Explainer explainer =
        digits().setTarget("3").setLow(0).setWindow(4, 4).setNIter(2).setOverlay(0.5);
    explainer.save(file.toString());
    Explainer read = Explainer.load(file.toString());
    assertEquals(explainer.uid(), read.uid());
    assertArrayEquals(new String[] {"3"}, read.getTarget());
    assertArrayEquals(new double[] {0}, read.getLow());
    assertArrayEquals(new int[] {4, 4}, read.getWindow());
    assertEquals(2, read.getNIter());
    assertEquals(0.5, read.getOverlay());
    assertEquals("digits", read.copy(read.extractParamMap()).getModel());

    Path pipeline = folder.resolve("pipeline");
    new Pipeline()
        .setStages(new PipelineStage[] {digits().setTarget("3")})
        .fit(files(1))
        .save(pipeline.toString());
    Dataset<Row> rows = PipelineModel.load(pipeline.toString()).transform(files(2));
    assertEquals(COUNT - BROKEN, rows.filter("target = 3").count());
  }
}
