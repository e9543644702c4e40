package org.jennit.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Every case of {@code models.json} in the folder that the system property {@code jennit.vectors}
 * names: whole models, weight files and TorchScript.
 */
class ModelConformanceTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("jennit.vectors", "tests/data/vectors"));

  @Test
  void everyCaseAgrees() throws Exception {
    JsonNode models = new ObjectMapper().readTree(FOLDER.resolve("models.json").toFile());
    List<String> failures = new ArrayList<>();
    int cases = 0;
    for (JsonNode node : models.get("cases")) {
      cases++;
      try {
        run(node);
      } catch (Exception | AssertionError e) {
        failures.add(label(node) + ": " + e);
      }
    }
    assertTrue(cases > 0, "there are no cases in " + FOLDER);
    if (!failures.isEmpty()) {
      fail(failures.size() + " of " + cases + " cases disagree:\n" + String.join("\n", failures));
    }
  }

  private static void run(JsonNode node) throws Exception {
    switch (node.path("kind").asText()) {
      case "torchvision" -> TorchvisionCases.run(FOLDER, node);
      case "weights" -> WeightsCases.weights(FOLDER, node);
      case "refuse" -> WeightsCases.refuse(FOLDER, node);
      case "torchscript" -> ScriptCases.run(FOLDER, node);
      default -> throw new AssertionError("unknown kind " + node.get("kind"));
    }
  }

  private static String label(JsonNode node) {
    return String.join(
        " ",
        node.path("kind").asText(),
        node.path("model").asText(),
        node.at("/composite/type").asText());
  }
}
