package org.jennit.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jennit.bench.models.Explanations;

/** The measurements as one JSON document, whose first keys are the models of the table. */
final class Ratios {
  private static final double MIB = 1 << 20;

  private final List<Measurement> measurements;
  private final ObjectNode root = JsonNodeFactory.instance.objectNode();

  Ratios(List<Measurement> measurements) {
    this.measurements = measurements;
  }

  ObjectNode toJson() {
    Settings.models().forEach(this::model);
    spread();
    products();
    overhead();
    everything();
    return root;
  }

  private void model(String model) {
    List<Measurement> table = of(Plan.TABLE, model);
    ObjectNode node = root.putObject(model);
    if (!table.isEmpty()) {
      node.put("gradient_seconds", gradient(table).median());
      table.forEach(m -> node.put(m.params().get("explanation"), m.ratio()));
    }
    ObjectNode memory = node.putObject("peak_memory");
    List<Measurement> peaks =
        of(Plan.MEMORY, model).stream().filter(m -> m.has("peak_bytes")).toList();
    for (Measurement peak : peaks) {
      memory.put(peak.params().get("explanation") + "_mib", peak.median("peak_bytes") / MIB);
    }
    double gradient = memory.path(Explanations.GRADIENT + "_mib").asDouble();
    for (Measurement peak : peaks) {
      String name = peak.params().get("explanation");
      if (gradient > 0 && !name.equals(Explanations.GRADIENT)) {
        memory.put(name, peak.median("peak_bytes") / MIB / gradient);
      }
    }
    ObjectNode registered = node.putObject("registered_mib");
    peaks.forEach(
        m -> registered.put(m.params().get("explanation"), m.median("registered_bytes") / MIB));
  }

  /** All gradients of the table: each explanation has its own beside it. */
  private static Samples gradient(List<Measurement> table) {
    return new Samples(
        table.stream()
            .flatMap(m -> m.values().get(Measurement.BASELINE).values().stream())
            .toList());
  }

  private void spread() {
    ObjectNode spread = root.putObject("spread");
    for (String model : Settings.models()) {
      List<Measurement> table = of(Plan.TABLE, model);
      if (!table.isEmpty()) {
        ObjectNode node = spread.putObject(model);
        node.set("gradient_seconds", gradient(table).toJson());
        for (Measurement m : table) {
          ObjectNode explanation = node.putObject(m.params().get("explanation"));
          explanation.set("seconds", m.values().get(Measurement.SECONDS).toJson());
          explanation.set("gradient_seconds", m.values().get(Measurement.BASELINE).toJson());
          explanation.set("ratio", m.ratios().toJson());
        }
      }
    }
  }

  /** The speed of the products that each explanation needs, against the machine's peak. */
  private void products() {
    measurements.stream()
        .filter(m -> m.section().equals(Plan.PRODUCT))
        .findFirst()
        .ifPresent(
            product -> {
              double peak = product.median("gflop") / product.median(Measurement.SCORE);
              ObjectNode products = root.putObject("of_product_peak");
              products.put("sgemm_gflops", peak);
              for (String model : Settings.models()) {
                List<Measurement> table = of(Plan.TABLE, model);
                if (!table.isEmpty()) {
                  ObjectNode node = products.putObject(model);
                  double work = table.get(0).median("baseline_gflop");
                  node.put(Explanations.GRADIENT, work / gradient(table).median() / peak);
                  for (Measurement m : table) {
                    node.put(
                        m.params().get("explanation"),
                        m.median("gflop") / m.median(Measurement.SECONDS) / peak);
                  }
                }
              }
            });
  }

  private void overhead() {
    List<Measurement> tree =
        measurements.stream().filter(m -> m.section().equals(Plan.TREE)).toList();
    if (!tree.isEmpty()) {
      ObjectNode node = root.putObject("tree_overhead");
      for (Measurement m : tree) {
        node.put(m.benchmark() + "_seconds", m.median(Measurement.SCORE));
      }
      double plain = node.get("libtorchSequential_seconds").asDouble();
      node.put("ratio", node.get("jennitTree_seconds").asDouble() / plain);
    }
  }

  private void everything() {
    ObjectNode node = root.putObject("measurements");
    for (Measurement m : measurements) {
      ArrayNode section = node.withArray("/" + m.section());
      section.add(m.toJson());
    }
  }

  private List<Measurement> of(String section, String model) {
    return measurements.stream()
        .filter(m -> m.section().equals(section) && model.equals(m.params().get("model")))
        .toList();
  }
}
