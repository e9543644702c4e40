package org.jennit.cli;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;
import org.jennit.spark.Explainer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** From options to the parameters of the same names: --n-iter is nIter. */
final class SparkParameters {
  private static final Pattern WORD = Pattern.compile("-([a-z])");

  private SparkParameters() {}

  /** Sets each parameter whose option has a value. */
  static void set(Explainer explainer, CommandSpec spec) {
    for (OptionSpec option : spec.options()) {
      String name =
          WORD.matcher(option.longestName().substring(2))
              .replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT));
      Object value = option.getValue();
      boolean given = value != null && !(value instanceof Collection<?> all && all.isEmpty());
      if (given && explainer.hasParam(name)) {
        Param<Object> param = explainer.getParam(name);
        explainer.set(param, converted(param, option, value));
      }
    }
  }

  private static Object converted(Param<?> param, OptionSpec option, Object value) {
    if (param instanceof StringArrayParam) {
      return ((Collection<?>) value).stream().map(Object::toString).toArray(String[]::new);
    }
    if (param instanceof DoubleArrayParam) {
      return ((Collection<?>) value).stream().mapToDouble(e -> (Double) e).toArray();
    }
    if (param instanceof IntArrayParam) {
      return ((Collection<?>) value).stream().mapToInt(e -> ((Long) e).intValue()).toArray();
    }
    if (param instanceof LongParam) {
      return ((Number) value).longValue();
    }
    if (param instanceof IntParam) {
      return ((Number) value).intValue();
    }
    if (value instanceof Double || value instanceof Boolean) {
      return value;
    }
    if (value instanceof Collection<?> all) {
      return String.join(",", all.stream().map(Object::toString).toList());
    }
    // As it was written: a path would lose the second slash of hdfs://.
    return value instanceof Path ? option.originalStringValues().get(0) : value.toString();
  }
}
