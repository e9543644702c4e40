package org.jennit.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.core.Autograd;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.demo.SoftplusCanonizer;
import org.jennit.nn.Module;

/** Whole models under a composite. */
final class CompositeCases {
  private CompositeCases() {}

  private static Composite composite(JsonNode node) {
    return RuleFactory.composite(
        node.get("composite"), RuleFactory.canonizers(node.get("canonizers")));
  }

  static Tensor target(JsonNode node, Tensor output) {
    long[] indices =
        StreamSupport.stream(node.get("target").spliterator(), false)
            .mapToLong(JsonNode::asLong)
            .toArray();
    return torch.one_hot(torch.tensor(indices), output.size(1)).to(output.scalar_type());
  }

  static double relevance(JsonNode node, Map<String, Tensor> tensors) {
    String attributor = node.at("/attributor/type").asText("Gradient");
    if (!attributor.equals("Gradient")) {
      return AttributorCases.attributor(node, tensors);
    }
    try (Module model = ModelBuilder.build(node.get("model"), tensors);
        CompositeContext context = composite(node).context(model)) {
      Tensor input = tensors.get("input").clone().requires_grad_(true);
      Tensor output = model.forward(input);
      Tensor relevance = Autograd.grad(output, input, target(node, output));
      return Math.max(
          Errors.relative(output, tensors.get("output")),
          Errors.relative(relevance, tensors.get("relevance")));
    }
  }

  /**
   * The derivative of {@code sum(relevance * direction) + sum(output^2)} by the input and by one
   * parameter.
   */
  static double secondOrder(JsonNode node, Map<String, Tensor> tensors) {
    try (Module model = ModelBuilder.build(node.get("model"), tensors);
        CompositeContext context = composite(node).context(model)) {
      Tensor input = tensors.get("input").clone().requires_grad_(true);
      Tensor weight = model.named_parameters().get(node.get("weight").asText());
      Tensor output = model.forward(input);
      Tensor relevance = Autograd.grad(output, input, target(node, output), Autograd.CREATE_GRAPH);
      double first = Errors.relative(relevance, tensors.get("relevance"));
      if (first > ConformanceTest.TOLERANCE) {
        throw new AssertionError("the recorded relevance is off by " + first);
      }
      Tensor loss =
          relevance.mul(tensors.get("direction")).sum().add(output.pow(new Scalar(2)).sum());
      Tensor[] derivatives =
          Autograd.grad(new Tensor[] {loss}, new Tensor[] {input, weight}, new Tensor[0]);
      return Math.max(
          Errors.relative(
              derivatives[0].flatten().index_select(0, tensors.get("input_index")),
              tensors.get("input_grad")),
          Errors.relative(
              derivatives[1].flatten().index_select(0, tensors.get("weight_index")),
              tensors.get("weight_grad")));
    }
  }

  /**
   * The recipe: every ReLU a Softplus while the attribution runs, and the relevance differentiated.
   */
  static double softplusRecipe(JsonNode node, Map<String, Tensor> tensors) {
    try (Module model = ModelBuilder.build(node.get("model"), tensors);
        CompositeContext context =
            new Composite(List.of(new SoftplusCanonizer(node.get("beta").asDouble())))
                .context(model)) {
      Tensor input = tensors.get("input").clone().requires_grad_(true);
      Tensor output = model.forward(input);
      Tensor relevance = Autograd.grad(output, input, target(node, output), Autograd.CREATE_GRAPH);
      Tensor loss = relevance.sub(input.detach()).pow(new Scalar(2)).mean();
      Tensor adversarial = Autograd.grad(loss, input);
      double error = Errors.relative(output, tensors.get("output"));
      error = Math.max(error, Errors.relative(relevance, tensors.get("relevance")));
      error = Math.max(error, Errors.relative(loss.reshape(-1), tensors.get("loss").reshape(-1)));
      return Math.max(error, Errors.relative(adversarial, tensors.get("adv_grad")));
    }
  }
}
