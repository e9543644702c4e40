package org.jennit.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong is said on the driver, before a job starts, as far as it can be known there. */
class ExplainerRefusalTest {
  private static final StructType SCHEMA =
      new StructType()
          .add("path", DataTypes.StringType)
          .add("content", DataTypes.BinaryType)
          .add("length", DataTypes.LongType);

  static Stream<Arguments> wrong() {
    return Stream.of(
        wrong("model: must be set", e -> new Explainer()),
        wrong("model: vgg16 comes without weights", e -> e.setModel("vgg16")),
        wrong("weights: the model m.pt is a file", e -> e.setModel("m.pt").setWeights("w.pth")),
        wrong("inputCol: there is no column image; there are path", e -> e.setInputCol("image")),
        wrong("inputCol: the column length holds bigint", e -> e.setInputCol("length")),
        wrong("there is a column PATH already", e -> e.setHeatmapCol("PATH")),
        wrong("there is a column score already", e -> e.setHeatmapCol("score")),
        wrong("composite: there is no composite 'x'; there are", e -> e.setComposite("x")),
        wrong("canonizer: there is no canonizer 'x'", e -> e.setCanonizer("x")),
        wrong("attributor: there is no 'x'; there are gradient", e -> e.setAttributor("x")),
        wrong("nIter: means nothing for the attributor gradient", e -> e.setNIter(3)),
        wrong("attributor: gradcam needs one layer", e -> e.setAttributor("gradcam")),
        wrong("layer: means nothing but for gradcam", e -> e.setLayer("0")),
        wrong("relevanceNorm: there is no 'x'", e -> e.setRelevanceNorm("x")),
        wrong("cmap: ", e -> e.setCmap("x")),
        wrong("overlay: must be from 0 to 1", e -> e.setOverlay(2)),
        wrong("interpolation: there is no 'x'", e -> e.setInterpolation("x")),
        wrong("heatmapFormat: there is no 'gif'", e -> e.setHeatmapFormat("gif")),
        wrong("dtype: there is no 'int8'; there are float32, float64", e -> e.setDtype("int8")),
        wrong("device: there is no device 'tpu'", e -> e.setDevice("tpu")),
        wrong("batchSize: must be at least 1", e -> e.setBatchSize(0)),
        wrong("target: there is no class 'horse'", e -> e.setTarget("horse")),
        wrong("target: 'all' does not go with", e -> e.setTarget("all", "3")));
  }

  private static Arguments wrong(String error, UnaryOperator<Explainer> change) {
    return Arguments.of(error, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrong")
  void isRefusedByTheSchema(String error, UnaryOperator<Explainer> change) {
    Explainer explainer = change.apply(new Explainer().setModel("digits"));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> explainer.transformSchema(SCHEMA));
    assertTrue(e.getMessage().startsWith(error), e.getMessage());
  }

  @Test
  void theSchemaSaysWhatThereWillBe() {
    StructType schema =
        new Explainer()
            .setModel("digits")
            .setHeatmapFormat("summed")
            .setDtype("float64")
            .setErrorCol("wrong")
            .transformSchema(SCHEMA);
    assertEquals(
        List.of(
            "path",
            "content",
            "length",
            "heatmap",
            "prediction",
            "score",
            "target",
            "label",
            "wrong"),
        List.of(schema.fieldNames()));
    assertEquals("array<double>", schema.apply("heatmap").dataType().catalogString());
  }

  @Test
  void whatOnlyTheModelOrAFileTellsIsSaidToo() {
    SparkSession spark = LocalSpark.start();
    try {
      Dataset<Row> rows = spark.sql("select cast('x' as binary) as content");
      UncheckedIOException missing =
          assertThrows(
              UncheckedIOException.class,
              () -> new Explainer().setModel("nothing.pt").transform(rows));
      assertTrue(missing.getMessage().startsWith("nothing.pt: "), missing.getMessage());
      Dataset<Row> tooMany = new Explainer().setModel("digits").setTarget("top-11").transform(rows);
      Exception failed = assertThrows(SparkException.class, tooMany::collect);
      assertTrue(
          failed.toString().contains("the model has 10 outputs, not 11")
              || failed.getCause().toString().contains("the model has 10 outputs, not 11"),
          failed.toString());
    } finally {
      spark.stop();
    }
  }

  @Test
  void aTasksGpuIsItsDevice() {
    Map<String, ResourceInformation> gpu =
        Map.of("gpu", new ResourceInformation("gpu", new String[] {"3"}));
    assertEquals("cuda:3", PartitionExplainer.device("cuda", gpu));
    assertEquals("cuda:1", PartitionExplainer.device("cuda:1", gpu));
    assertEquals("cpu", PartitionExplainer.device("cpu", gpu));
    assertEquals("cuda", PartitionExplainer.device("cuda", Map.of()));
  }
}
