package org.jennit.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code jennit spark attribute}. No class of Spark is touched before the command runs, so that
 * help needs none.
 */
@Command(
    name = "attribute",
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Explain what a model sees in images, on the cores of this machine or on a cluster, into a",
      "table (Parquet) with a row for each image and target: path, heatmap, prediction, score,",
      "target, label, error. Needs Spark 4: SPARK_HOME names its folder, or spark-submit starts this."
    },
    footerHeading = "%nExample:%n",
    footer =
        "  jennit spark attribute hdfs:///photos -m vgg16 -w vgg16.pth -o hdfs:///heatmaps --resume")
final class SparkAttributeCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin TargetOption target;

  @Parameters(
      arity = "1..*",
      paramLabel = "INPUT",
      description =
          "Images, folders (all images below them) or patterns, on any file system that Spark"
              + " reads.")
  List<String> inputs;

  @Option(
      names = {"-m", "--model"},
      required = true,
      paramLabel = "MODEL",
      completionCandidates = ModelNames.class,
      description =
          "An architecture (${COMPLETION-CANDIDATES}; digits has its weights with it), or a file"
              + " that holds a whole model.")
  String model;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "The cluster, such as spark://HOST:7077 (default: what spark-submit says, else local[*],"
              + " the cores of this machine).")
  String master;

  @ArgGroup(validate = false, heading = "%nModel:%n")
  ModelOptions modelOptions = new ModelOptions();

  @ArgGroup(validate = false, heading = "%nRules:%n")
  RuleOptions rules = new RuleOptions();

  @ArgGroup(validate = false, heading = "%nAttribution:%n")
  AttributorOptions attributor = new AttributorOptions();

  @ArgGroup(validate = false, heading = "%nPictures:%n")
  PictureOptions picture = new PictureOptions();

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FOLDER",
      description = "Where the table goes, on any file system that Spark writes.")
  String output;

  @Option(
      names = "--heatmap-format",
      paramLabel = "FORMAT",
      description = {
        "png: pictures (default);",
        "relevance: all numbers, channels x height x width;",
        "summed: numbers, summed over channels, height x width."
      })
  String heatmapFormat;

  @Option(
      names = "--resume",
      description = "Leave out images that are in the table, made with the same settings.")
  boolean resume;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "1",
      description = "Images that are attributed at once (default: ${DEFAULT-VALUE}).")
  int batchSize;

  @Option(
      names = "--images-per-task",
      paramLabel = "N",
      defaultValue = "500",
      description =
          "What is done again where a process is lost or the run is stopped (default:"
              + " ${DEFAULT-VALUE}). Each task writes one file.")
  int imagesPerTask;

  @ArgGroup(validate = false, heading = "%nFrom image to input:%n")
  PreprocessingOptions preprocessing = new PreprocessingOptions();

  @ArgGroup(validate = false, heading = "%nComputation (--threads: of each task, default 1):%n")
  ComputeOptions compute = new ComputeOptions();

  @Override
  public Integer call() throws IOException {
    requireSpark();
    if (imagesPerTask < 1) {
      throw Usage.wrong(spec, "--images-per-task must be at least 1, but is " + imagesPerTask);
    }
    if (compute.threads != null && compute.threads < 1) {
      throw Usage.wrong(spec, "--threads must be at least 1, but is " + compute.threads);
    }
    return new SparkAttributeRun(this).run();
  }

  private void requireSpark() {
    try {
      Class.forName("org.apache.spark.ml.Transformer", false, getClass().getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "Spark is not here: set SPARK_HOME to the folder of Spark 4, or start this with its"
              + " spark-submit",
          e);
    }
  }
}
