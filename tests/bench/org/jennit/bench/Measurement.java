package org.jennit.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;

/**
 * What JMH measured of one benchmark with one choice of parameters.
 *
 * @param section of the plan
 * @param benchmark the method's name
 * @param params by name
 * @param values the benchmark's own counters by name, and the score under {@link #SCORE}
 */
record Measurement(
    String section, String benchmark, Map<String, String> params, Map<String, Samples> values) {
  static final String SCORE = "score_seconds";
  static final String SECONDS = "seconds";
  static final String BASELINE = "baseline_seconds";

  static Measurement of(String section, RunResult result) {
    String name = result.getParams().getBenchmark();
    Map<String, String> params = new LinkedHashMap<>();
    for (String key : result.getParams().getParamsKeys()) {
      params.put(key, result.getParams().getParam(key));
    }
    Map<String, List<Double>> values = new LinkedHashMap<>();
    for (BenchmarkResult fork : result.getBenchmarkResults()) {
      for (IterationResult iteration : fork.getIterationResults()) {
        add(values, SCORE, iteration.getPrimaryResult().getScore());
        iteration
            .getSecondaryResults()
            .forEach((label, secondary) -> add(values, label, secondary.getScore()));
      }
    }
    Map<String, Samples> samples = new LinkedHashMap<>();
    values.forEach((label, list) -> samples.put(label, new Samples(list)));
    return new Measurement(section, name.substring(name.lastIndexOf('.') + 1), params, samples);
  }

  private static void add(Map<String, List<Double>> values, String label, double value) {
    values.computeIfAbsent(label, l -> new ArrayList<>()).add(value);
  }

  boolean has(String label) {
    return values.containsKey(label) && !Double.isNaN(median(label));
  }

  double median(String label) {
    return values.get(label).median();
  }

  boolean isPair() {
    return has(BASELINE);
  }

  /** Of the medians: one slow repetition does not move it. */
  double ratio() {
    return median(SECONDS) / median(BASELINE);
  }

  /** Of each repetition, whose two halves ran one after the other. */
  Samples ratios() {
    return values.get(SECONDS).over(values.get(BASELINE));
  }

  ObjectNode toJson() {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("benchmark", benchmark);
    params.forEach(node::put);
    values.forEach((label, samples) -> node.set(label, samples.toJson()));
    if (isPair()) {
      node.remove(SCORE);
      node.put("ratio", ratio());
      node.set("ratios", ratios().toJson());
    }
    return node;
  }
}
