package org.jennit.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jennit.core.Hook;
import org.jennit.core.Stabilizer;
import org.jennit.nn.Add;
import org.jennit.nn.MatMul;
import org.jennit.nn.Module;
import org.jennit.nn.Mul;
import org.jennit.nn.RemovableHandle;
import org.jennit.nn.Softmax;
import org.jennit.rules.MatMulEpsilon;
import org.jennit.rules.MulShare;
import org.jennit.rules.Norm;
import org.jennit.rules.NormalizationEpsilon;
import org.jennit.rules.OperandShare;
import org.jennit.rules.Pass;
import org.jennit.rules.SoftmaxTaylor;
import org.jennit.rules.Zero;

/** The operations that transformers are made of, each alone under its rule. */
final class OperationCases {
  private static final double TOLERANCE = ConformanceTest.TOLERANCE;

  private OperationCases() {}

  /** Of two operands: {@code matmul_rule}, {@code mul_rule}, {@code add_rule}. */
  static void pair(JsonNode node, Map<String, Tensor> tensors) {
    SequenceCase one = new SequenceCase(node, tensors);
    List<String> operands = List.of("first", "second");
    try (Module module = operation(node);
        RemovableHandle handle = pairRule(node).register(module)) {
      one.compare("output", module.forward(tensors.get("first"), tensors.get("second")), TOLERANCE);
      one.compareBackward(
          inputs -> module.forward(inputs.toArray(Tensor[]::new)),
          operands,
          "output_relevance",
          name -> "relevance_" + name,
          TOLERANCE);
    }
    one.end();
  }

  private static Module operation(JsonNode node) {
    return switch (node.get("kind").asText()) {
      case "matmul_rule" -> new MatMul();
      case "mul_rule" -> new Mul();
      default -> new Add();
    };
  }

  private static Hook pairRule(JsonNode node) {
    return switch (node.get("kind").asText()) {
      case "matmul_rule" -> new MatMulEpsilon(stabilizer(node), share(node));
      case "mul_rule" -> new MulShare(share(node));
      default -> new Norm(stabilizer(node));
    };
  }

  private static Stabilizer stabilizer(JsonNode node) {
    return new Stabilizer(node.get("epsilon").asDouble());
  }

  private static OperandShare share(JsonNode node) {
    return OperandShare.valueOf(node.get("share").asText().toUpperCase(Locale.ROOT));
  }

  /** Of one input: {@code softmax_rule}, {@code norm_rule}, {@code activation_rule}. */
  static void single(JsonNode node, Map<String, Tensor> tensors) {
    SequenceCase one = new SequenceCase(node, tensors);
    List<String> input = List.of("input");
    try (Module module =
        node.has("layer")
            ? ModelBuilder.build(node.get("layer"), tensors)
            : new Softmax(node.get("dim").asLong())) {
      one.compare("output", module.forward(tensors.get("input")), TOLERANCE);
      if (tensors.containsKey("gradient")) {
        one.compareBackward(
            inputs -> module.forward(inputs.get(0)),
            input,
            "output_relevance",
            name -> "gradient",
            TOLERANCE);
      }
      try (RemovableHandle handle = singleRule(node).register(module)) {
        one.compareBackward(
            inputs -> module.forward(inputs.get(0)),
            input,
            "output_relevance",
            name -> "relevance",
            TOLERANCE);
      }
    }
    one.end();
  }

  private static Hook singleRule(JsonNode node) {
    return switch (node.get("rule").asText()) {
      case "attnlrp" -> new SoftmaxTaylor();
      case "zero" -> new Zero();
      case "epsilon" -> new NormalizationEpsilon(stabilizer(node));
      case "identity" -> new Pass();
      default -> throw new AssertionError("unknown rule " + node.get("rule"));
    };
  }
}
