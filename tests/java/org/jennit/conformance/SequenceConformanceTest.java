package org.jennit.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/**
 * Every case of {@code index_sequence.json} in the folder that the system property {@code
 * jennit.vectors} names, or in its folder {@code sequence}: attention and recurrence in double
 * precision.
 */
class SequenceConformanceTest {
  private static final String INDEX = "index_sequence.json";
  private static final Path FOLDER =
      folder(Path.of(System.getProperty("jennit.vectors", "tests/data/vectors")));

  private static Path folder(Path vectors) {
    return Files.exists(vectors.resolve(INDEX)) ? vectors : vectors.resolve("sequence");
  }

  @Test
  void everyCaseAgrees() throws Exception {
    JsonNode index = new ObjectMapper().readTree(FOLDER.resolve(INDEX).toFile());
    List<String> failures = new ArrayList<>();
    int cases = 0;
    for (JsonNode node : index.get("cases")) {
      cases++;
      String id = node.get("id").asText();
      try (PointerScope scope = new PointerScope()) {
        Map<String, Tensor> tensors =
            node.has("file")
                ? VectorFile.tensors(FOLDER.resolve(node.get("file").asText()), id)
                : Map.of();
        run(node, tensors);
      } catch (RuntimeException | AssertionError e) {
        failures.add(id + ": " + e.getMessage());
      }
    }
    assertTrue(cases > 0, "there are no cases in " + FOLDER);
    if (!failures.isEmpty()) {
      fail(failures.size() + " of " + cases + " cases disagree:\n" + String.join("\n", failures));
    }
  }

  private static void run(JsonNode node, Map<String, Tensor> tensors) {
    switch (node.get("kind").asText()) {
      case "recurrent" -> RecurrentCases.run(node, tensors);
      case "exported" -> ExportedCases.run(FOLDER, node, tensors);
      case "exported_refuse" -> ExportedCases.refuse(FOLDER, node);
      case "exported_refuse_control" -> ExportedCases.accept(FOLDER, node);
      case "matmul_rule", "mul_rule", "add_rule" -> OperationCases.pair(node, tensors);
      case "softmax_rule", "norm_rule", "activation_rule" -> OperationCases.single(node, tensors);
      case "attention" -> TransformerCases.attention(node, tensors);
      case "sdpa" -> TransformerCases.sdpa(node, tensors);
      case "transformer" -> TransformerCases.transformer(node, tensors);
      case "model" -> TransformerCases.model(node, tensors);
      default -> throw new AssertionError("unknown kind " + node.get("kind"));
    }
  }
}
