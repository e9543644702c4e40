package org.jennit.spark;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jennit.explain.ComputeSettings.Precision;
import org.jennit.explain.Result;
import org.jennit.explain.Scores;

/**
 * The columns that are added.
 *
 * @param names of heatmap, prediction, score, target, label, error
 */
record OutputColumns(List<String> names, DataType heatmap) {
  static OutputColumns of(Explainer explainer) {
    DataType number =
        explainer.getDtype().equals(Precision.float64.name())
            ? DataTypes.DoubleType
            : DataTypes.FloatType;
    boolean picture = explainer.getHeatmapFormat().equals(HeatmapFormat.png.name());
    return new OutputColumns(
        List.of(
            explainer.getHeatmapCol(),
            explainer.getPredictionCol(),
            explainer.getScoreCol(),
            explainer.getTargetCol(),
            explainer.getLabelCol(),
            explainer.getErrorCol()),
        picture ? DataTypes.BinaryType : DataTypes.createArrayType(number, false));
  }

  /**
   * A schema with these columns at its end.
   *
   * @throws IllegalArgumentException where the input is not there, or a name is taken
   */
  StructType addTo(StructType schema, String input) {
    if (!List.of(schema.fieldNames()).contains(input)) {
      throw new IllegalArgumentException(
          "inputCol: there is no column "
              + input
              + "; there are "
              + String.join(", ", schema.fieldNames()));
    }
    InputKind.of(input, schema.apply(input).dataType());
    DataType[] types = {
      heatmap,
      DataTypes.IntegerType,
      DataTypes.DoubleType,
      DataTypes.IntegerType,
      DataTypes.StringType,
      DataTypes.StringType
    };
    StructType all = schema;
    for (int i = 0; i < types.length; i++) {
      String name = names.get(i);
      // Spark's names have no case, unless it is told otherwise.
      if (Arrays.stream(all.fieldNames()).anyMatch(taken -> lower(taken).equals(lower(name)))) {
        throw new IllegalArgumentException(
            "there is a column " + name + " already: give the explainer's another name");
      }
      all = all.add(name, types[i], true);
    }
    return all;
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** The row of one result. */
  static Row row(Row before, Object heatmap, Result result, Scores scores) {
    int best = scores.ranked(0, 0);
    return row(before, heatmap, best, scores.value(0, best), result.index(), result.label(), null);
  }

  /** The row of a picture that cannot be explained. */
  static Row row(Row before, String error) {
    return row(before, null, null, null, null, null, error);
  }

  private static Row row(Row before, Object... added) {
    Object[] values = new Object[before.size() + added.length];
    for (int i = 0; i < before.size(); i++) {
      values[i] = before.get(i);
    }
    System.arraycopy(added, 0, values, before.size(), added.length);
    return RowFactory.create(values);
  }
}
