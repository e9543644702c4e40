package org.jennit.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.jennit.core.Autograd;
import org.jennit.core.CompositeContext;
import org.jennit.export.ExportedProgram;
import org.jennit.nn.Module;

/** Files by torch.export.save: trees, outputs, gradients, relevances; and those to refuse. */
final class ExportedCases {
  private final JsonNode node;
  private final Map<String, Tensor> tensors;
  private final Path file;
  private final ExportedProgram model;
  private final List<String> failures = new ArrayList<>();

  private ExportedCases(
      JsonNode node, Map<String, Tensor> tensors, Path file, ExportedProgram model) {
    this.node = node;
    this.tensors = tensors;
    this.file = file;
    this.model = model;
  }

  /** Throws an AssertionError that lists all that disagrees with its largest error. */
  static void run(Path folder, JsonNode node, Map<String, Tensor> tensors) {
    Path file = folder.resolve(node.get("path").asText());
    try (ExportedProgram model = ExportedProgram.load(file)) {
      ExportedCases cases = new ExportedCases(node, tensors, file, model);
      cases.checkTree();
      cases.checkValues("");
      if (tensors.containsKey("other_input_0")) {
        cases.checkValues("other_");
      }
      node.get("relevances")
          .properties()
          .forEach(entry -> cases.checkRelevance(entry.getKey(), entry.getValue()));
      if (!cases.failures.isEmpty()) {
        throw new AssertionError(
            node.get("name").asText() + ": " + String.join("; ", cases.failures));
      }
    }
  }

  /** The file is refused by an error that names it and a reason. */
  static void refuse(Path folder, JsonNode node) {
    Path file = folder.resolve(node.get("path").asText());
    try (ExportedProgram model = ExportedProgram.load(file)) {
      throw new AssertionError(file + " was accepted, though " + node.get("reason").asText());
    } catch (JennitException e) {
      String rest = e.getMessage().replace(file + ": ", "");
      if (rest.length() == e.getMessage().length() || rest.isBlank() || rest.contains("\n")) {
        throw new AssertionError("not one sentence with the file's name: " + e.getMessage(), e);
      }
    }
  }

  static void accept(Path folder, JsonNode node) {
    ExportedProgram.load(folder.resolve(node.get("path").asText())).close();
  }

  private void checkTree() {
    List<String> expected = new ArrayList<>();
    Map<String, Module> modules = model.named_modules();
    for (JsonNode module : node.get("modules")) {
      String path = module.get(0).asText();
      String type = module.get(1).asText();
      expected.add(path);
      // What is never called has no class in the file.
      String found = model.class_names().getOrDefault(path, type);
      if (!found.equals(type)) {
        failures.add("'" + path + "' is of " + found + ", not of " + type);
      }
      Module there = modules.get(path);
      boolean isTold = model.class_names().containsKey(path);
      if (there != null && isTold && !there.type_name().equals(simpleName(type))) {
        failures.add("'" + path + "' is a " + there.type_name());
      }
    }
    List<String> paths = new ArrayList<>(modules.keySet());
    paths.removeIf(path -> isFunctional(path, expected));
    requireEqual("modules", paths, expected);
    requireEqual("parameters", List.copyOf(model.named_parameters().keySet()), held("parameters"));
    requireEqual("buffers", List.copyOf(model.named_buffers().keySet()), held("buffers"));
  }

  private static String simpleName(String type) {
    return type.substring(type.lastIndexOf('.') + 1);
  }

  /** A functional operation that became a child, or a part of one, such as "layer1.0.add_1". */
  private static boolean isFunctional(String path, List<String> expected) {
    return !expected.contains(path) && path.matches(".*[a-z0-9]_\\d+(\\..*)?");
  }

  /** The names of the tensors that the file holds: a canonizer leaves more behind in Python. */
  private List<String> held(String field) {
    Set<String> held = new HashSet<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (entry.getName().endsWith("_config.json")) {
          new ObjectMapper()
              .readTree(zip.getInputStream(entry))
              .get("config")
              .fieldNames()
              .forEachRemaining(held::add);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return texts(field).stream().filter(held::contains).toList();
  }

  private List<String> texts(String field) {
    return StreamSupport.stream(node.get(field).spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }

  private void requireEqual(String what, List<String> actual, List<String> expected) {
    if (!actual.equals(expected)) {
      List<String> missing = new ArrayList<>(expected);
      missing.removeAll(actual);
      List<String> unexpected = new ArrayList<>(actual);
      unexpected.removeAll(expected);
      failures.add(
          what + " lack " + missing + ", have " + unexpected + " too, or are in another order");
    }
  }

  /** All tensors called prefix0, prefix1... */
  private List<Tensor> numbered(String prefix) {
    List<Tensor> found = new ArrayList<>();
    while (tensors.containsKey(prefix + found.size())) {
      found.add(tensors.get(prefix + found.size()));
    }
    return found;
  }

  private List<Tensor> inputs(String other) {
    return numbered(other + "input_").stream()
        .map(Tensor::clone)
        .map(input -> input.is_floating_point() ? input.requires_grad_(true) : input)
        .toList();
  }

  private void checkValues(String other) {
    List<Tensor> inputs = inputs(other);
    Tensor[] outputs = model.forward_all(inputs.toArray(Tensor[]::new));
    List<Tensor> expected = numbered(other + "output_");
    if (outputs.length != expected.size()) {
      failures.add("it has " + outputs.length + " outputs, not " + expected.size());
      return;
    }
    double tolerance = node.get("tolerance").asDouble();
    for (int i = 0; i < outputs.length; i++) {
      compare(other + "output_" + i, outputs[i], expected.get(i), tolerance);
    }
    if (!tensors.containsKey(other + "grad_output_0")) {
      return;
    }
    int[] floating =
        IntStream.range(0, inputs.size()).filter(i -> inputs.get(i).requires_grad()).toArray();
    Tensor[] gradients =
        Autograd.grad(
            outputs,
            IntStream.of(floating).mapToObj(inputs::get).toArray(Tensor[]::new),
            numbered(other + "grad_output_").toArray(Tensor[]::new));
    for (int i = 0; i < floating.length; i++) {
      String name = other + "gradient_" + floating[i];
      compare(name, gradients[i], tensors.get(name), tolerance);
    }
  }

  private void checkRelevance(String name, JsonNode relevance) {
    // Zennit does not see functional operations.
    boolean isZennits = relevance.has("composite");
    try (ExportedProgram seen = ExportedProgram.load(file, !isZennits);
        CompositeContext context = ExportedRules.composite(relevance).context(seen)) {
      Tensor input = tensors.get("input_0").clone().requires_grad_(true);
      List<Tensor> inputs = new ArrayList<>(numbered("input_"));
      inputs.set(0, input);
      Tensor output = seen.forward(inputs.toArray(Tensor[]::new));
      Tensor actual = Autograd.grad(output, input, target(output));
      compare(name, actual, tensors.get(name), relevance.get("tolerance").asDouble());
    } catch (JennitException e) {
      failures.add(name + ": " + e.getMessage());
    }
  }

  /**
   * One at the target of each sample, wherever in a picture; of a text, whose output has a row for
   * each position, at the last.
   */
  private Tensor target(Tensor output) {
    Tensor seed = torch.zeros_like(output);
    for (int i = 0; i < node.get("target").size(); i++) {
      Tensor sample = seed.select(0, i);
      Tensor place = output.dim() == 3 ? sample.select(0, -1) : sample;
      place.select(0, node.get("target").get(i).asLong()).fill_(new Scalar(1.0));
    }
    return seed;
  }

  private void compare(String name, Tensor actual, Tensor expected, double tolerance) {
    double error = Errors.relative(actual, expected);
    // Also true for an error that is not a number.
    if (!(error <= tolerance)) {
      failures.add(name + ": largest error " + error + ", tolerance " + tolerance);
    }
  }
}
