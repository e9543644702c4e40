package org.jennit.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.StreamSupport;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.attribution.Attribution;
import org.jennit.attribution.Attributor;
import org.jennit.attribution.Gradient;
import org.jennit.attribution.IntegratedGradients;
import org.jennit.attribution.Occlusion;
import org.jennit.attribution.OcclusionFunctions;
import org.jennit.attribution.SmoothGrad;
import org.jennit.core.Composite;
import org.jennit.nn.Module;

/** Models under an attributor, with a composite or without. */
public final class AttributorCases {
  private AttributorCases() {}

  /** The largest relative error of output and relevance. */
  public static double attributor(JsonNode node, Map<String, Tensor> tensors) {
    Composite composite =
        RuleFactory.composite(
            node.get("composite"), RuleFactory.canonizers(node.get("canonizers")));
    try (Module model = ModelBuilder.build(node.get("model"), tensors);
        Attributor<?> attributor = attributor(node.get("attributor"), model, composite);
        Attribution attribution =
            attributor.apply(
                tensors.get("input"),
                (UnaryOperator<Tensor>) output -> CompositeCases.target(node, output))) {
      return Errors.relative(attribution.relevance(), tensors.get("relevance"));
    }
  }

  static Attributor<?> attributor(JsonNode node, Module model, Composite composite) {
    JsonNode args = node.get("args");
    return switch (node.get("type").asText()) {
      case "Gradient" -> new Gradient(model, composite);
      case "SmoothGrad" ->
          new SmoothGrad(model, composite)
              .noise_level(args.path("noise_level").asDouble(0.1))
              .n_iter(args.path("n_iter").asInt(20));
      case "IntegratedGradients" ->
          new IntegratedGradients(model, composite)
              .baseline_fn(filled(args.path("baseline").asDouble(0)))
              .n_iter(args.path("n_iter").asInt(20));
      case "Occlusion" ->
          new Occlusion(model, composite)
              .occlusion_fn(
                  OcclusionFunctions.occlude_independent(
                      filled(args.path("fill").asDouble(0)), false))
              .window(longs(args.get("window")))
              .stride(longs(args.get("stride")));
      default -> throw new AssertionError("unknown attributor " + node.get("type"));
    };
  }

  private static UnaryOperator<Tensor> filled(double value) {
    return input -> torch.full_like(input, new Scalar(value));
  }

  private static long[] longs(JsonNode node) {
    return node.isNumber()
        ? new long[] {node.asLong()}
        : StreamSupport.stream(node.spliterator(), false).mapToLong(JsonNode::asLong).toArray();
  }
}
