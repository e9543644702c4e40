package org.jennit.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/**
 * Every case of {@code index.json} in the folder that the system property {@code jennit.vectors}
 * names: numbers of Zennit 1.0.0 in double precision.
 */
class ConformanceTest {
  static final double TOLERANCE = 1e-9;

  private static final Path FOLDER =
      Path.of(System.getProperty("jennit.vectors", "tests/data/vectors"));

  @Test
  void everyCaseAgrees() throws Exception {
    JsonNode index = new ObjectMapper().readTree(FOLDER.resolve("index.json").toFile());
    List<String> failures = new ArrayList<>();
    int cases = 0;
    for (JsonNode node : index.get("cases")) {
      cases++;
      String id = node.get("id").asText();
      try (PointerScope scope = new PointerScope()) {
        Map<String, Tensor> tensors =
            VectorFile.tensors(FOLDER.resolve(node.get("file").asText()), id);
        double tolerance = node.path("tolerance").asDouble(TOLERANCE);
        double error = run(node, tensors);
        // Also true for an error that is not a number.
        if (!(error <= tolerance)) {
          failures.add(id + ": largest error " + error + ", tolerance " + tolerance);
        }
      } catch (RuntimeException | AssertionError e) {
        failures.add(id + ": " + e);
      }
    }
    assertTrue(cases > 0, "there are no cases in " + FOLDER);
    if (!failures.isEmpty()) {
      fail(failures.size() + " of " + cases + " cases disagree:\n" + String.join("\n", failures));
    }
  }

  private static double run(JsonNode node, Map<String, Tensor> tensors) {
    return switch (node.get("kind").asText()) {
      case "rule", "activation", "pool" -> RuleCases.relevance(node, tensors);
      case "second_order" -> RuleCases.secondOrder(node, tensors);
      case "composite" -> CompositeCases.relevance(node, tensors);
      case "second_order_composite" -> CompositeCases.secondOrder(node, tensors);
      case "softplus_recipe" -> CompositeCases.softplusRecipe(node, tensors);
      case "attributor" -> AttributorCases.attributor(node, tensors);
      case "palette" -> agrees(() -> PictureCases.palette(node, tensors));
      case "palette_error" -> agrees(() -> PictureCases.palette_error(node, tensors));
      case "imgify" -> agrees(() -> PictureCases.imgify(node, tensors));
      case "norm_bounds" -> PictureCases.norm_bounds(node, tensors);
      default -> throw new AssertionError("unknown kind " + node.get("kind"));
    };
  }

  // The pictures' cases check their own tolerance, in steps of a byte, and throw.
  private static double agrees(Runnable check) {
    check.run();
    return 0;
  }
}
