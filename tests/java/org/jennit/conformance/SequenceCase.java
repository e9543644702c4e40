package org.jennit.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.jennit.core.Autograd;

/** One case of {@code index_sequence.json}: its inputs, what it expects, and what disagreed. */
final class SequenceCase {
  final JsonNode node;
  final Map<String, Tensor> tensors;
  private final List<String> failures = new ArrayList<>();

  SequenceCase(JsonNode node, Map<String, Tensor> tensors) {
    this.node = node;
    this.tensors = tensors;
  }

  /** A leaf of each of these tensors. */
  List<Tensor> leaves(List<String> names) {
    return names.stream().map(name -> tensors.get(name).clone().requires_grad_(true)).toList();
  }

  void compare(String name, Tensor actual, double tolerance) {
    if (!tensors.containsKey(name)) {
      throw new AssertionError("the case has no tensor " + name);
    }
    double error = Errors.relative(actual, tensors.get(name));
    // Also true for an error that is not a number.
    if (!(error <= tolerance)) {
      failures.add(name + ": largest error " + error + ", tolerance " + tolerance);
    }
  }

  /**
   * Compares what arrives at the inputs, by gradient or by rules, when {@code seed} starts at the
   * output.
   *
   * @param name of the expected tensor, from the input's
   */
  void compareBackward(
      Function<List<Tensor>, Tensor> forward,
      List<String> inputs,
      String seed,
      Function<String, String> name,
      double tolerance) {
    List<Tensor> leaves = leaves(inputs);
    Tensor[] found =
        Autograd.grad(
            new Tensor[] {forward.apply(leaves)},
            leaves.toArray(Tensor[]::new),
            new Tensor[] {tensors.get(seed)});
    IntStream.range(0, found.length)
        .forEach(i -> compare(name.apply(inputs.get(i)), found[i], tolerance));
  }

  /** Throws where anything disagreed. */
  void end() {
    if (!failures.isEmpty()) {
      throw new AssertionError(String.join("; ", failures));
    }
  }
}
