package org.jennit.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.core.Autograd;
import org.jennit.nn.Module;
import org.jennit.nn.RemovableHandle;

/** One layer under one rule. */
final class RuleCases {
  private RuleCases() {}

  /** Kinds rule, activation and pool. */
  static double relevance(JsonNode node, Map<String, Tensor> tensors) {
    try (Module layer = ModelBuilder.build(node.get("layer"), tensors);
        RemovableHandle rule = RuleFactory.rule(node.get("rule")).register(layer)) {
      Tensor input = tensors.get("input").clone().requires_grad_(true);
      Tensor output = layer.forward(input);
      Tensor relevance = Autograd.grad(output, input, tensors.get("grad_output"));
      return Math.max(
          Errors.relative(output, tensors.get("output")),
          Errors.relative(relevance, tensors.get("relevance")));
    }
  }

  /** Kind second_order: the derivative of {@code sum(relevance * direction)} by the input. */
  static double secondOrder(JsonNode node, Map<String, Tensor> tensors) {
    try (Module layer = ModelBuilder.build(node.get("layer"), tensors);
        RemovableHandle rule = RuleFactory.rule(node.get("rule")).register(layer)) {
      Tensor input = tensors.get("input").clone().requires_grad_(true);
      Tensor output = layer.forward(input);
      Tensor relevance =
          Autograd.grad(output, input, tensors.get("grad_output"), Autograd.CREATE_GRAPH);
      double first = Errors.relative(relevance, tensors.get("relevance"));
      if (first > ConformanceTest.TOLERANCE) {
        throw new AssertionError("the recorded relevance is off by " + first);
      }
      return Errors.relative(
          derivative(relevance.mul(tensors.get("direction")).sum(), input),
          tensors.get("grad_input"));
    }
  }

  // Flat and WSquare do not look at the input: its derivative is zero, which autograd tells by
  // having no path to it.
  private static Tensor derivative(Tensor loss, Tensor input) {
    if (!loss.requires_grad()) {
      return torch.zeros_like(input);
    }
    Tensor derivative = Autograd.grad(loss, input, Autograd.ALLOW_UNUSED);
    return derivative.defined() ? derivative : torch.zeros_like(input);
  }
}
