package org.jennit.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jennit.canonizers.SequentialMergeBatchNorm;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.Composites;
import org.jennit.composites.NameMapComposite;
import org.jennit.core.Canonizer;
import org.jennit.core.Composite;
import org.jennit.core.Hook;
import org.jennit.core.Stabilizer;
import org.jennit.rules.AlphaBeta;
import org.jennit.rules.Epsilon;
import org.jennit.rules.Flat;
import org.jennit.rules.Gamma;
import org.jennit.rules.Norm;
import org.jennit.rules.Pass;
import org.jennit.rules.ReLUBetaSmooth;
import org.jennit.rules.ReLUDeconvNet;
import org.jennit.rules.ReLUGuidedBackprop;
import org.jennit.rules.WSquare;
import org.jennit.rules.ZBox;
import org.jennit.rules.ZPlus;

/** Rules, composites and canonizers as the reference vectors describe them. */
public final class RuleFactory {
  private RuleFactory() {}

  public static Hook rule(JsonNode rule) {
    return rule(rule.get("type").asText(), rule.get("args"));
  }

  static Hook rule(String type, JsonNode args) {
    Stabilizer stabilizer = stabilizer(args.get("stabilizer"));
    List<String> zero = texts(args.get("zero_params"));
    return switch (type) {
      case "Epsilon" -> new Epsilon(stabilizer(args.get("epsilon")), zero);
      case "Gamma" -> new Gamma(args.path("gamma").asDouble(0.25), stabilizer, zero);
      case "ZPlus" -> new ZPlus(stabilizer, zero);
      case "AlphaBeta" ->
          new AlphaBeta(
              args.path("alpha").asDouble(2), args.path("beta").asDouble(1), stabilizer, zero);
      case "ZBox" ->
          new ZBox(args.get("low").asDouble(), args.get("high").asDouble(), stabilizer, zero);
      case "WSquare" -> new WSquare(stabilizer, zero);
      case "Flat" -> new Flat(stabilizer, zero);
      case "Norm" -> new Norm(stabilizer);
      case "Pass" -> new Pass();
      case "ReLUDeconvNet" -> new ReLUDeconvNet();
      case "ReLUGuidedBackprop" -> new ReLUGuidedBackprop();
      case "ReLUBetaSmooth" -> new ReLUBetaSmooth(args.path("beta_smooth").asDouble(10));
      default -> throw new AssertionError("unknown rule " + type);
    };
  }

  static Stabilizer stabilizer(JsonNode node) {
    if (node == null || node.isNull()) {
      return new Stabilizer();
    }
    if (node.isNumber()) {
      return new Stabilizer(node.asDouble());
    }
    List<Long> dim = new ArrayList<>();
    JsonNode given = node.path("dim");
    if (given.isIntegralNumber()) {
      dim.add(given.asLong());
    }
    given.forEach(value -> dim.add(value.asLong()));
    return new Stabilizer(
        node.path("epsilon").asDouble(Stabilizer.DEFAULT_EPSILON),
        node.path("clip").asBoolean(false),
        node.path("norm_scale").asBoolean(false),
        dim);
  }

  private static List<String> texts(JsonNode node) {
    if (node == null || node.isNull()) {
      return List.of();
    }
    if (node.isTextual()) {
      return List.of(node.asText());
    }
    List<String> texts = new ArrayList<>();
    node.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  /** The composite; null where the case has none. */
  public static Composite composite(JsonNode node, List<Canonizer> canonizers) {
    if (node == null || node.isNull()) {
      return canonizers.isEmpty() ? null : new Composite(canonizers);
    }
    String type = node.get("type").asText();
    JsonNode args = node.get("args");
    if (type.equals("NameMapComposite")) {
      List<NameMapComposite.Entry> map = new ArrayList<>();
      args.get("name_map")
          .forEach(
              line ->
                  map.add(
                      new NameMapComposite.Entry(
                          texts(line.get(0)), rule(line.get(1).asText(), line.get(2)))));
      return new NameMapComposite(map, canonizers);
    }
    return Composites.of(registryName(type), options(args).canonizers(canonizers));
  }

  // EpsilonGammaBox is epsilon_gamma_box in the registry, DeconvNet is deconvnet.
  static String registryName(String type) {
    return type.equals("DeconvNet")
        ? "deconvnet"
        : type.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(java.util.Locale.ROOT);
  }

  static CompositeOptions options(JsonNode args) {
    CompositeOptions options = new CompositeOptions();
    args.properties()
        .forEach(
            field -> {
              JsonNode value = field.getValue();
              switch (field.getKey()) {
                case "epsilon" -> options.epsilon(stabilizer(value));
                case "stabilizer" -> options.stabilizer(stabilizer(value));
                case "gamma" -> options.gamma(value.asDouble());
                case "beta_smooth" -> options.beta_smooth(value.asDouble());
                case "low" -> options.low(value.asDouble());
                case "high" -> options.high(value.asDouble());
                case "zero_params" -> options.zero_params(texts(value).toArray(String[]::new));
                default -> throw new AssertionError("unknown option " + field.getKey());
              }
            });
    return options;
  }

  static List<Canonizer> canonizers(JsonNode names) {
    List<Canonizer> canonizers = new ArrayList<>();
    if (names != null) {
      names.forEach(
          name -> {
            if (!name.asText().equals("SequentialMergeBatchNorm")) {
              throw new AssertionError("unknown canonizer " + name);
            }
            canonizers.add(new SequentialMergeBatchNorm());
          });
    }
    return canonizers;
  }
}
