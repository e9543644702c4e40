package org.jennit.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jennit.spark.Explainer;

/** One run of {@code jennit spark attribute}. */
final class SparkAttributeRun {
  private static final String PATH = "path";
  private static final String ERROR = "error";
  private static final int SHOWN = 20;
  // Readers of tables pass over names that begin so.
  private static final String SETTINGS = "_settings.txt";

  private final SparkAttributeCommand command;
  private final Map<String, String> settings;
  private final PrintWriter out;

  SparkAttributeRun(SparkAttributeCommand command) {
    this.command = command;
    settings = Settings.of(command.spec);
    out = command.spec.commandLine().getOut();
  }

  int run() throws IOException {
    Explainer explainer = new Explainer().setInputCol(PATH);
    SparkParameters.set(explainer, command.spec);
    explainer.setRelevanceNorm(command.picture.settings(command.spec).relevanceNorm().name());
    explainer.transformSchema(new StructType().add(PATH, DataTypes.StringType));
    SparkSession spark = session();
    try {
      return attribute(spark, explainer);
    } finally {
      spark.stop();
    }
  }

  private SparkSession session() {
    SparkSession.Builder builder = SparkSession.builder().appName("jennit spark attribute");
    if (command.master != null) {
      builder.master(command.master);
    } else if (System.getProperty("spark.master") == null) {
      builder.master("local[*]");
    }
    if (command.compute.threads != null) {
      builder.config("spark.task.cpus", command.compute.threads);
    }
    return builder.getOrCreate();
  }

  private int attribute(SparkSession spark, Explainer explainer) throws IOException {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    Path output = new Path(command.output);
    FileSystem files = output.getFileSystem(hadoop);
    boolean isThere = files.exists(output);
    if (isThere && !command.resume) {
      throw Usage.wrong(
          command.spec, "--output: " + output + " is there: --resume goes on, or name another");
    }
    Dataset<Row> paths = paths(spark);
    long all = paths.count();
    if (isThere) {
      requireSameSettings(files, output);
      Dataset<Row> done = spark.read().schema(schema()).parquet(command.output).select(PATH);
      paths = paths.join(done, paths.col(PATH).equalTo(done.col(PATH)), "left_anti");
    }
    long left = paths.count();
    if (!isThere) {
      writeSettings(files, output);
    }
    if (left > 0) {
      explain(paths, left, explainer);
    }
    return summarize(spark, all, left);
  }

  /** The images, without a look at what is in them. */
  private Dataset<Row> paths(SparkSession spark) {
    return spark
        .read()
        .format("binaryFile")
        .option("recursiveFileLookup", true)
        .load(command.inputs.toArray(String[]::new))
        .select(PATH)
        .filter(functions.col(PATH).rlike(InputFile.pattern()));
  }

  // A task's images are those whose names' hash is its own, in the order of their names: a task
  // that is run again has the same, in the same batches.
  private void explain(Dataset<Row> paths, long count, Explainer explainer) {
    int tasks = Math.toIntExact((count + command.imagesPerTask - 1) / command.imagesPerTask);
    explainer
        .transform(paths.repartition(tasks, functions.col(PATH)).sortWithinPartitions(PATH))
        .write()
        // Each task's file is there when the task is done, and stays when the run is stopped: a
        // second try of a task writes a file of the same name.
        .option("mapreduce.fileoutputcommitter.algorithm.version", 2)
        .mode(SaveMode.Append)
        .parquet(command.output);
  }

  private static StructType schema() {
    return new StructType().add(PATH, DataTypes.StringType).add(ERROR, DataTypes.StringType);
  }

  private void requireSameSettings(FileSystem files, Path output) throws IOException {
    Path file = new Path(output, SETTINGS);
    if (!files.exists(file)) {
      return;
    }
    try (InputStream in = files.open(file)) {
      List<String> before = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      Settings.requireEqual(output.toString(), before, settings);
    } catch (IllegalArgumentException e) {
      throw Usage.wrong(command.spec, "--resume: " + e.getMessage());
    }
  }

  private void writeSettings(FileSystem files, Path output) throws IOException {
    try (OutputStream to = files.create(new Path(output, SETTINGS), true)) {
      to.write(String.join("\n", Settings.lines(settings)).getBytes(StandardCharsets.UTF_8));
    }
  }

  private int summarize(SparkSession spark, long all, long left) {
    List<String> reasons = List.of();
    long wrong = 0;
    if (all > 0) {
      Dataset<Row> failed =
          spark
              .read()
              .schema(schema())
              .parquet(command.output)
              .filter(functions.col(ERROR).isNotNull());
      wrong = failed.count();
      reasons =
          failed.orderBy(PATH).limit(SHOWN).collectAsList().stream()
              .map(row -> row.getString(0) + ": " + row.getString(1))
              .toList();
    }
    out.printf(
        Locale.ROOT,
        "%d of %d images done in %s%s%n",
        left,
        all,
        command.output,
        left == all ? "" : ", " + (all - left) + " were there");
    out.flush();
    return Unreadable.report(reasons, wrong, all, command.spec);
  }
}
