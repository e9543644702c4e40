package org.jennit.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.canonizers.Canonizers;
import org.jennit.core.Autograd;
import org.jennit.core.Canonizer;
import org.jennit.core.CompositeContext;
import org.jennit.models.Models;
import org.jennit.nn.Module;
import org.jennit.weights.SafeTensors;
import org.jennit.weights.StateDict;

/**
 * The kind {@code torchvision} of models.json: an architecture, its canonizer and a composite, in
 * float32.
 */
public final class TorchvisionCases {
  private static final double SIMILARITY = 0.9999;

  private TorchvisionCases() {}

  /**
   * Compares logits and relevance with those computed in double precision.
   *
   * @return one minus the smallest cosine similarity
   * @throws AssertionError naming what is not similar enough
   */
  public static double run(Path folder, JsonNode caseNode) {
    String salt = caseNode.get("salt").asText();
    try (PointerScope scope = new PointerScope();
        StateDict expected = SafeTensors.read(folder.resolve(caseNode.get("file").asText()));
        Module model = Models.of(caseNode.get("model").asText())) {
      model.eval();
      FormulaWeights.fill(model, salt);
      Tensor input = FormulaWeights.input(salt).requires_grad_(true);
      try (CompositeContext context =
          RuleFactory.composite(caseNode.get("composite"), canonizers(caseNode.get("canonizer")))
              .context(model)) {
        Tensor output = model.forward(input);
        Tensor target =
            torch
                .zeros_like(output)
                .index_fill(1, torch.tensor(caseNode.get("target").asLong()), new Scalar(1.0));
        Tensor heatmap = Autograd.grad(output, input, target).sum(1);
        return compare(output, heatmap, expected);
      }
    } catch (IOException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  private static List<Canonizer> canonizers(JsonNode name) {
    return name == null || name.isNull() ? List.of() : List.of(Canonizers.named(name.asText()));
  }

  private static double compare(Tensor output, Tensor heatmap, StateDict expected) {
    double logits = cosine(output, expected.get("output"));
    double relevance = cosine(heatmap, expected.get("heatmap"));
    List<String> failures = new ArrayList<>();
    // Written so that NaN fails too.
    if (!(logits > SIMILARITY)) {
      failures.add("output has cosine similarity " + logits);
    }
    if (!(relevance > SIMILARITY)) {
      failures.add(
          "heatmap has cosine similarity "
              + relevance
              + " and the total "
              + heatmap.sum().item_double()
              + " instead of "
              + expected.get("total").sum().item_double());
    }
    if (!failures.isEmpty()) {
      throw new AssertionError(
          String.join("; ", failures) + "; at least " + SIMILARITY + " is needed");
    }
    return 1 - Math.min(logits, relevance);
  }

  private static double cosine(Tensor actual, Tensor expected) {
    if (actual.numel() != expected.numel()) {
      throw new AssertionError(actual.numel() + " values instead of " + expected.numel());
    }
    Tensor a = actual.detach().flatten().to(torch.ScalarType.Double);
    Tensor b = expected.flatten().to(torch.ScalarType.Double);
    return a.dot(b).div(a.norm().mul(b.norm())).item_double();
  }
}
