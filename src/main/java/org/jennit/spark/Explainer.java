package org.jennit.spark;

import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Explains the pictures of a column: a row for each picture and target, with what was in its row
 * before, a heatmap, the model's answer and what it was explained for. A picture that cannot be
 * read, or not be explained, gives one row that says why in the column {@link #errorCol}, and
 * nothing else.
 *
 * <p>The model's file goes to each executor once and is opened there once, whatever the number of
 * tasks, which share it. An operation of a task takes as many threads as {@code spark.task.cpus}
 * says. Tasks that are run again give the same bytes as long as their rows come in the same order,
 * and in any order with batches of one, the default.
 *
 * <p>The names of parameters and what they mean are those of the command line's options. Wrong ones
 * are refused by {@link #transformSchema}, on the driver, with an {@link IllegalArgumentException}
 * that names the parameter, as far as that needs no model. Not for several threads at once, as
 * other stages.
 */
public final class Explainer extends PictureParams implements DefaultParamsWritable {
  private static final long serialVersionUID = 1;

  public Explainer() {
    this(Identifiable$.MODULE$.randomUID("explainer"));
  }

  /**
   * @param uid unique among the stages of a pipeline
   */
  public Explainer(String uid) {
    super(uid);
  }

  /**
   * Adds the columns; what is done is done when an action asks for rows. The model's file is read
   * now.
   *
   * @throws java.io.UncheckedIOException where it cannot be read
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = transformSchema(dataset.schema());
    SparkSession spark = dataset.sparkSession();
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    Plan plan = new PlanMaker(this).plan(spark);
    int input = dataset.schema().fieldIndex(getInputCol());
    InputKind kind = InputKind.of(getInputCol(), dataset.schema().apply(input).dataType());
    return dataset
        .toDF()
        .mapPartitions(
            new PartitionExplainer(plan, kind, input, new SerializableConfiguration(hadoop)),
            Encoders.row(schema));
  }

  /**
   * The columns there will be, in this order: those of {@code schema}, then heatmap (bytes or an
   * array of numbers), prediction (integer), score (double), target (integer), label (string),
   * error (string).
   *
   * @throws IllegalArgumentException naming the parameter that is wrong, or the column
   */
  @Override
  public StructType transformSchema(StructType schema) {
    new PlanMaker(this).check();
    return OutputColumns.of(this).addTo(schema, getInputCol());
  }

  @Override
  public Explainer copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** Reads what {@code save} wrote: the parameters, not the model. */
  public static MLReader<Explainer> read() {
    return new DefaultParamsReader<>();
  }

  /** The same as {@code read().load(path)}. */
  public static Explainer load(String path) {
    return read().load(path);
  }
}
