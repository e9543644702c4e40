package org.jennit.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.Composites;
import org.jennit.core.Autograd;
import org.jennit.core.CompositeContext;
import org.jennit.nn.Module;
import org.jennit.script.TorchScript;
import org.jennit.weights.SafeTensors;
import org.jennit.weights.StateDict;
import org.jennit.weights.Weights;

/** TorchScript files of a network against what Zennit gives for the eager one. */
public final class ScriptCases {
  private static final String RELEVANCE = ".relevance";

  private ScriptCases() {}

  /** Throws an AssertionError that lists each failing file with its largest error. */
  public static void run(Path folder, JsonNode node) throws Exception {
    List<String> failures = new ArrayList<>();
    try (StateDict expected = SafeTensors.read(folder.resolve(node.get("expected").asText()))) {
      for (JsonNode file : node.get("files")) {
        try (PointerScope scope = new PointerScope();
            Module model = TorchScript.load(folder.resolve(file.asText()))) {
          check(model, expected, node.get("target").asLong(), file.asText(), failures);
          checkState(
              model,
              folder.resolve("torchscript/" + node.get("model").asText() + ".pth"),
              failures);
          check(model, expected, node.get("target").asLong(), file.asText(), failures);
        } catch (RuntimeException e) {
          failures.add(file.asText() + ": " + e);
        }
      }
    }
    if (!failures.isEmpty()) {
      throw new AssertionError(String.join("; ", failures));
    }
  }

  private static void check(
      Module model, StateDict expected, long target, String file, List<String> failures) {
    for (Map.Entry<String, Tensor> entry : expected.entrySet()) {
      String name = entry.getKey();
      Tensor input = expected.get("input").clone().requires_grad_(true);
      Tensor actual;
      if (name.equals("input")) {
        continue;
      } else if (name.equals("output")) {
        actual = model.forward(input);
      } else if (name.equals("gradient")) {
        actual = gradient(model, input, target);
      } else if (name.endsWith(RELEVANCE)) {
        String composite = name.substring(0, name.length() - RELEVANCE.length());
        CompositeOptions options = new CompositeOptions().low(-3).high(3);
        try (CompositeContext context =
            Composites.of(RuleFactory.registryName(composite), options).context(model)) {
          actual = gradient(model, input, target);
        }
      } else {
        failures.add(file + ": unknown expectation " + name);
        continue;
      }
      double error = Errors.relative(actual, entry.getValue());
      if (!(error <= tolerance(entry.getValue()))) {
        failures.add(file + " " + name + ": largest error " + error);
      }
    }
  }

  // Some of these networks, and with them what is expected, are single precision.
  private static double tolerance(Tensor expected) {
    return expected.scalar_type().intern() == torch.ScalarType.Float
        ? 1e-5
        : ConformanceTest.TOLERANCE;
  }

  private static Tensor gradient(Module model, Tensor input, long target) {
    Tensor output = model.forward(input);
    Tensor chosen =
        torch
            .one_hot(
                torch
                    .full(new long[] {output.size(0)}, new org.bytedeco.pytorch.Scalar(target))
                    .to(torch.ScalarType.Long),
                output.size(1))
            .to(output.scalar_type());
    return Autograd.grad(output, input, chosen);
  }

  private static void checkState(Module model, Path weights, List<String> failures)
      throws Exception {
    try (StateDict expected = Weights.load(weights)) {
      Map<String, Tensor> state = model.state_dict();
      if (!state.keySet().equals(expected.keySet())) {
        failures.add("the names are " + state.keySet() + ", not " + expected.keySet());
        return;
      }
      expected.forEach(
          (name, tensor) -> {
            if (!state.get(name).equal(tensor)) {
              failures.add(name + " has other values");
            }
          });
    }
  }
}
