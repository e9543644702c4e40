package org.jennit.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.jennit.bench.layers.RecurrentBenchmark;
import org.jennit.bench.models.SmallNetworkBenchmark;

/** The ratios as a table for people. */
final class RatioTable {
  private final JsonNode ratios;
  private final PrintStream out;

  RatioTable(JsonNode ratios, PrintStream out) {
    this.ratios = ratios;
    this.out = out;
  }

  void print(List<Measurement> measurements) {
    for (String model : Settings.models()) {
      if (ratios.path(model).has("gradient_seconds")) {
        times(model);
      }
      memory(model);
    }
    products();
    profile();
    JsonNode tree = ratios.path("tree_overhead").path("ratio");
    if (tree.isNumber()) {
      line("a hundred tiny layers, over plain LibTorch", "", number(tree), "");
    }
    measurements.stream().filter(m -> !m.section().equals(Plan.TABLE)).forEach(this::detail);
  }

  private void times(String model) {
    JsonNode node = ratios.path(model);
    JsonNode spread = ratios.path("spread").path(model);
    JsonNode peers = ratios.path("peers");
    line(model, "goal", "ratio", "min .. max" + (peers.isMissingNode() ? "" : "   Zennit"));
    line(
        "  gradient",
        "",
        number(node.path("gradient_seconds")) + " s",
        range(spread, "gradient_seconds"));
    JsonNode pytorch = peers.path("pytorch").path(model).path("gradient_seconds");
    if (pytorch.isNumber()) {
      line("  gradient of PyTorch", "", number(pytorch) + " s", "");
    }
    JsonNode ordered = peers.path("pytorch").path(model).path("gradient_channels_last");
    if (ordered.isNumber()) {
      line("  that in channels_last, over PyTorch's own", "", number(ordered), "");
    }
    for (String explanation : Goals.EXPLANATIONS) {
      JsonNode zennit = peers.path("zennit").path(model).path(explanation);
      if (zennit.isMissingNode()) {
        zennit = peers.path("pytorch").path(model).path(explanation);
      }
      if (node.has(explanation)) {
        line(
            "  " + explanation,
            goal(Goals.time(model, explanation)),
            number(node.path(explanation)),
            range(spread.path(explanation), "ratio")
                + (zennit.isNumber() ? "   " + number(zennit) : ""));
      }
    }
    JsonNode captum = peers.path("captum").path(model).path("EpsilonLRP");
    if (captum.isNumber()) {
      line("  Captum's epsilon-LRP", "", number(captum), "");
    }
  }

  private void memory(String model) {
    JsonNode memory = ratios.path(model).path("peak_memory");
    for (Map.Entry<String, JsonNode> entry : memory.properties()) {
      String name = entry.getKey();
      if (name.endsWith("_mib")) {
        String explanation = name.substring(0, name.length() - "_mib".length());
        line(
            "  " + model + " peak memory, " + explanation,
            goal(Goals.memory(explanation)),
            memory.has(explanation) ? number(memory.path(explanation)) : "",
            mebibytes(entry.getValue()));
      }
    }
    for (Map.Entry<String, JsonNode> entry :
        ratios.path(model).path("registered_mib").properties()) {
      line("  " + model + " registered, " + entry.getKey(), "", "", mebibytes(entry.getValue()));
    }
  }

  private static String mebibytes(JsonNode number) {
    return String.format(Locale.ROOT, "%.0f MiB", number.asDouble());
  }

  private void products() {
    JsonNode products = ratios.path("of_product_peak");
    if (products.has("sgemm_gflops")) {
      line(
          "matrix product",
          "",
          "",
          String.format(Locale.ROOT, "%.0f GFLOP/s", products.path("sgemm_gflops").asDouble()));
      for (String model : Settings.models()) {
        for (Map.Entry<String, JsonNode> entry : products.path(model).properties()) {
          line("  " + model + " " + entry.getKey() + " of it", "", number(entry.getValue()), "");
        }
      }
    }
  }

  /** With the gradient of one call, here and in PyTorch. */
  private void recurrent(Measurement m) {
    line(
        "recurrent " + params(m),
        goal(Goals.section(Plan.RECURRENT)),
        number(m.ratio()),
        number(m.ratios().min()) + " .. " + number(m.ratios().max()));
    JsonNode pytorch =
        ratios
            .at("/peers/pytorch/recurrent")
            .path(m.params().get("layer"))
            .path(m.params().get("hidden"));
    line(
        "  gradient" + (pytorch.isNumber() ? ", and PyTorch's" : ""),
        "",
        milliseconds(m.median(Measurement.BASELINE) / RecurrentBenchmark.CALLS),
        pytorch.isNumber() ? milliseconds(pytorch.asDouble()) : "");
  }

  /** With the gradient, here and in PyTorch, and what LXT takes. */
  private void transformer(Measurement m) {
    String model = m.params().get("model");
    String explanation = m.params().get("explanation");
    line(
        m.section() + " " + params(m),
        goal(Goals.time(model, explanation)),
        number(m.ratio()),
        number(m.ratios().min()) + " .. " + number(m.ratios().max()));
    JsonNode pytorch = ratios.at("/peers/pytorch").path(model).path("gradient_seconds");
    line(
        "  gradient" + (pytorch.isNumber() ? ", and PyTorch's" : ""),
        "",
        milliseconds(m.median(Measurement.BASELINE)),
        pytorch.isNumber() ? milliseconds(pytorch.asDouble()) : "");
    JsonNode lxt = ratios.at("/peers/lxt").path(model).path(explanation);
    if (lxt.isNumber()) {
      line("  LXT's", "", milliseconds(lxt.asDouble()), "");
    }
  }

  private static String milliseconds(double seconds) {
    return String.format(Locale.ROOT, "%.2f ms", 1e3 * seconds);
  }

  private void detail(Measurement m) {
    if (m.section().equals(Plan.RECURRENT)) {
      recurrent(m);
    } else if (m.section().equals(Plan.TRANSFORMERS)
        || m.section().equals(Plan.TRANSFORMERS_OF_TEXT)) {
      transformer(m);
    } else if (m.isPair()) {
      Samples spread = m.ratios();
      boolean only = m.benchmark().equals("pair");
      line(
          m.section() + (only ? " " : " " + m.benchmark() + " ") + params(m),
          only ? goal(Goals.section(m.section())) : "",
          number(m.ratio()),
          number(spread.min()) + " .. " + number(spread.max()));
      if (m.section().equals(Plan.SMALL)) {
        small(m);
      }
      if (m.has("error")) {
        line("  error", "", String.format(Locale.ROOT, "%.4f", m.median("error")), "");
      }
    } else if (m.section().equals(Plan.TRANSFORMERS_MEMORY)) {
      line(
          "transformers " + params(m),
          "",
          "",
          String.format(Locale.ROOT, "%.0f MiB", m.median("peak_bytes") / (1 << 20)));
    } else if (!m.section().equals(Plan.MEMORY) && !m.section().equals(Plan.PRODUCT)) {
      line(
          m.section() + " " + m.benchmark() + " " + params(m),
          "",
          "",
          String.format(Locale.ROOT, "%.3g s", m.median(Measurement.SCORE)));
    }
  }

  /** The gradient of one image, here and in PyTorch, and Zennit's ratio. */
  private void small(Measurement m) {
    JsonNode peer = ratios.at("/peers/small");
    line(
        "  gradient" + (peer.isMissingNode() ? "" : ", and PyTorch's"),
        "",
        milliseconds(m.median(Measurement.BASELINE) / SmallNetworkBenchmark.CALLS),
        peer.isMissingNode() ? "" : milliseconds(peer.path("gradient_seconds").asDouble()));
    JsonNode zennit = peer.path("EpsilonGammaBox");
    if (zennit.isNumber()) {
      line("  Zennit's EpsilonGammaBox", "", number(zennit), "");
    }
  }

  private static String params(Measurement m) {
    return m.params().entrySet().stream()
        .map(param -> param.getKey() + "=" + param.getValue())
        .collect(Collectors.joining(" "));
  }

  /** Which share of the time oneDNN's convolutions take, and the changes of layout around them. */
  private void profile() {
    JsonNode profile = ratios.path("convolution_share");
    for (String model : Settings.models()) {
      for (Map.Entry<String, JsonNode> entry : profile.path(model).properties()) {
        JsonNode shares = entry.getValue().path("shares");
        line(
            "profile " + model + " " + entry.getKey(),
            "",
            "",
            String.format(
                Locale.ROOT,
                "convolution %.0f%%, reorder %.0f%%, dense layers alone %.0f%%",
                100 * shares.path("convolution").asDouble(),
                100 * shares.path("reorder").asDouble(),
                100 * shares.path("linear_alone").asDouble()));
      }
    }
  }

  private void line(String what, String goal, String value, String rest) {
    out.printf(Locale.ROOT, "%-66s %6s %9s  %s%n", what, goal, value, rest);
  }

  private static String range(JsonNode node, String key) {
    return number(node.path(key).path("min")) + " .. " + number(node.path(key).path("max"));
  }

  private static String goal(OptionalDouble goal) {
    return goal.isPresent() ? number(goal.getAsDouble()) : "";
  }

  private static String number(JsonNode node) {
    return number(node.asDouble());
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
