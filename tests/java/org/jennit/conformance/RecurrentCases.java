package org.jennit.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.core.Autograd;
import org.jennit.nn.Module;
import org.jennit.nn.RemovableHandle;
import org.jennit.rules.RecurrentEpsilon;

/** RNN, LSTM, GRU and their cells: outputs, gradients, relevances. */
final class RecurrentCases {
  private static final List<String> INPUTS = List.of("input", "h0", "c0");
  private static final List<String> OUTPUTS = List.of("output", "h_n", "c_n");

  private final JsonNode node;
  private final Map<String, Tensor> tensors;
  private final Map<String, Tensor> inputs = new LinkedHashMap<>();
  private final List<String> failures = new ArrayList<>();

  private RecurrentCases(JsonNode node, Map<String, Tensor> tensors) {
    this.node = node;
    this.tensors = tensors;
    INPUTS.stream()
        .filter(tensors::containsKey)
        .forEach(name -> inputs.put(name, tensors.get(name).clone().requires_grad_(true)));
  }

  /** Throws an AssertionError that lists each tensor that disagrees with its largest error. */
  static void run(JsonNode node, Map<String, Tensor> tensors) {
    RecurrentCases cases = new RecurrentCases(node, tensors);
    try (Module layer = ModelBuilder.build(node.get("layer"), tensors)) {
      cases.checkValues(layer);
      node.get("relevances")
          .properties()
          .forEach(entry -> cases.checkRelevance(layer, entry.getKey(), entry.getValue()));
    }
    if (!cases.failures.isEmpty()) {
      throw new AssertionError(String.join("; ", cases.failures));
    }
  }

  private Map<String, Tensor> outputs(Module layer) {
    Tensor[] values = layer.forward_all(inputs.values().toArray(Tensor[]::new));
    // A cell has states alone.
    List<String> names = tensors.containsKey("output") ? OUTPUTS : OUTPUTS.subList(1, 3);
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      outputs.put(names.get(i), values[i]);
    }
    return outputs;
  }

  private void checkValues(Module layer) {
    Map<String, Tensor> outputs = outputs(layer);
    outputs.forEach(
        (name, value) -> compare(name, value, tensors.get(name), ConformanceTest.TOLERANCE));
    Map<String, Tensor> seeds = new LinkedHashMap<>();
    outputs.keySet().forEach(name -> seeds.put(name, tensors.get("grad_" + name)));
    compareAll("gradient_", backward(outputs, seeds), ConformanceTest.TOLERANCE);
  }

  private void checkRelevance(Module layer, String name, JsonNode rule) {
    try (RemovableHandle handle =
        new RecurrentEpsilon(rule.get("epsilon").asDouble()).register(layer)) {
      Map<String, Tensor> outputs = outputs(layer);
      Map<String, Tensor> seeds = new LinkedHashMap<>();
      if (name.equals("relevance_last")) {
        seeds.put("output", lastStep(outputs.get("output")));
      } else {
        outputs.keySet().forEach(key -> seeds.put(key, tensors.get(key + "_relevance_dense")));
      }
      compareAll(name + "_", backward(outputs, seeds), rule.get("tolerance").asDouble());
    }
  }

  private List<Tensor> backward(Map<String, Tensor> outputs, Map<String, Tensor> seeds) {
    return List.of(
        Autograd.grad(
            seeds.keySet().stream().map(outputs::get).toArray(Tensor[]::new),
            inputs.values().toArray(Tensor[]::new),
            seeds.values().toArray(Tensor[]::new)));
  }

  /** One at the target of each sample in the last step. */
  private Tensor lastStep(Tensor output) {
    Tensor seed = torch.zeros_like(output);
    boolean batched = !node.get("unbatched").asBoolean();
    boolean batch_first = node.at("/layer/args/batch_first").asBoolean(false);
    Tensor last = seed.select(batched && batch_first ? 1 : 0, -1);
    for (int i = 0; i < node.get("target").size(); i++) {
      Tensor sample = batched ? last.select(0, i) : last;
      sample.select(0, node.get("target").get(i).asLong()).fill_(new Scalar(1.0));
    }
    return seed;
  }

  private void compareAll(String prefix, List<Tensor> values, double tolerance) {
    int i = 0;
    for (String name : inputs.keySet()) {
      compare(prefix + name, values.get(i++), tensors.get(prefix + name), tolerance);
    }
  }

  private void compare(String name, Tensor actual, Tensor expected, double tolerance) {
    double error = Errors.relative(actual, expected);
    // Also true for an error that is not a number.
    if (!(error <= tolerance)) {
      failures.add(name + ": largest error " + error + ", tolerance " + tolerance);
    }
  }
}
