package org.jennit.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Numbers of several repetitions, in their order. */
record Samples(List<Double> values) {

  Samples(List<Double> values) {
    this.values = List.copyOf(values);
  }

  double median() {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  double min() {
    return Collections.min(values);
  }

  double max() {
    return Collections.max(values);
  }

  /** Each over its counterpart of the same repetition. */
  Samples over(Samples others) {
    return new Samples(
        IntStream.range(0, values.size())
            .mapToObj(i -> values.get(i) / others.values.get(i))
            .toList());
  }

  ObjectNode toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("median", median())
        .put("min", min())
        .put("max", max());
  }
}
