package org.jennit.export;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.jennit.internal.ExportedDescription;
import org.jennit.weights.ExportedArchive;
import org.jennit.weights.WeightsException;

/** Reads the program of an archive into a description for native code. */
final class ProgramReader {
  /** The version of the format that is read; another may mean other things by the same names. */
  private static final int SCHEMA = 8;

  private static final String NO_MODEL =
      "in Python, call model.eval() and export it again without what changes its state";

  private final ExportedArchive archive;
  private final ExportedDescription description;
  private final JsonNode program;
  private final JsonNode graph;
  private final JsonNode signature;
  private final ItemReader items;

  private final Set<String> registered = new HashSet<>();

  /** The names of the inputs and outputs that are tensors. */
  final List<String> inputs = new ArrayList<>();

  final List<String> outputs = new ArrayList<>();

  /** The Python class of each module that is called, by its path. */
  final Map<String, String> classes = new LinkedHashMap<>();

  ProgramReader(ExportedArchive archive, ExportedDescription description) throws IOException {
    this.archive = archive;
    this.description = description;
    this.program = archive.program();
    this.graph = program.path("graph_module").path("graph");
    this.signature = program.path("graph_module").path("signature");
    this.items = new ItemReader(archive, description, this::noteModules);
  }

  void read() throws IOException {
    requireVersion();
    for (JsonNode module : program.path("graph_module").path("module_call_graph")) {
      String path = module.path("fqn").asText();
      // The second call of a module.
      if (!path.contains("@")) {
        description.add_module(path);
      }
    }
    readInputs();
    addUnread();
    items.nodes(graph);
    readOutputs();
  }

  private void requireVersion() throws WeightsException {
    JsonNode major = program.path("schema_version").path("major");
    if (major.asInt(-1) != SCHEMA) {
      throw archive.refuse(
          "its schema version is "
              + (major.isMissingNode() ? "missing" : major.asText())
              + ", but "
              + SCHEMA
              + " is read: export the model again by PyTorch 2.10");
    }
  }

  /** Notes the classes in a node's stack of modules: "key,path,class" joined by semicolons. */
  private void noteModules(String stack) {
    for (String frame : stack.split(";", -1)) {
      int last = frame.lastIndexOf(',');
      int first = frame.lastIndexOf(',', last - 1);
      if (first > 0 && !frame.startsWith("_empty_nn_module_stack")) {
        classes.putIfAbsent(frame.substring(first + 1, last), frame.substring(last + 1));
      }
    }
  }

  private List<JsonNode> pairs(String specs, String values) throws WeightsException {
    JsonNode left = signature.path(specs);
    if (!left.isArray() || left.size() != graph.path(values).size()) {
      throw archive.refuse("its signature does not fit its graph: it is damaged");
    }
    List<JsonNode> list = new ArrayList<>();
    left.forEach(list::add);
    return list;
  }

  /** The call signature of the root. */
  private JsonNode call() {
    return program.path("graph_module").path("module_call_graph").path(0).path("signature");
  }

  private void readInputs() throws IOException {
    List<JsonNode> specs = pairs("input_specs", "inputs");
    List<String> names = inputNames();
    long given =
        specs.stream().filter(spec -> spec.has("user_input") || spec.has("constant_input")).count();
    int next = 0;
    for (int i = 0; i < specs.size(); i++) {
      JsonNode spec = specs.get(i);
      String kind = spec.fieldNames().hasNext() ? spec.fieldNames().next() : "";
      JsonNode content = spec.path(kind);
      String value = content.path("arg").path("name").asText();
      switch (kind) {
        case "parameter" -> {
          String path = content.path("parameter_name").asText();
          registered.add(path);
          description.add_parameter(value, path, archive.tensor(path, sizes(value)));
        }
        case "buffer" -> {
          String path = content.path("buffer_name").asText();
          registered.add(path);
          description.add_buffer(value, path, archive.tensor(path, sizes(value)));
        }
        case "tensor_constant" ->
            description.add_constant(
                value, archive.tensor(content.path("tensor_constant_name").asText(), sizes(value)));
        case "user_input" -> {
          JsonNode argument = content.path("arg");
          String own =
              argument
                  .path("as_tensor")
                  .path("name")
                  .asText(argument.path("as_sym_int").path("as_name").asText());
          readInput(names.size() == given ? names.get(next) : own, argument);
          next++;
        }
        // Its value is part of the program.
        case "constant_input" -> next++;
        case "custom_obj" ->
            throw archive.refuse(
                "it takes the object '"
                    + content.path("custom_obj_name").asText()
                    + "', which is a pickle: export the model without it");
        default ->
            throw archive.refuse(
                "it has an input of the kind '"
                    + kind
                    + "', which is not read: export the model"
                    + " without side effects");
      }
    }
  }

  /** The parameters and buffers that no node reads: some exports leave them out of the program. */
  private void addUnread() throws IOException {
    for (String path : archive.weights()) {
      if (!registered.contains(path)) {
        Tensor tensor = archive.tensor(path, null);
        // No value of a graph has a space in its name.
        if (archive.is_parameter(path)) {
          description.add_parameter("unread " + path, path, tensor);
        } else {
          description.add_buffer("unread " + path, path, tensor);
        }
      }
    }
  }

  private List<String> inputNames() {
    PyTree tree = PyTree.of(call().path("in_spec").asText());
    if (tree == null || tree.size() != 2) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    JsonNode arguments = call().path("forward_arg_names");
    PyTree positional = tree.child(0);
    for (int i = 0; i < positional.size(); i++) {
      String name = arguments.path(i).asText("");
      names.addAll(positional.child(i).leaves(name.isEmpty() ? Integer.toString(i) : name));
    }
    names.addAll(tree.child(1).leaves(""));
    return names;
  }

  private void readInput(String name, JsonNode argument) throws IOException {
    inputs.add(name);
    description.add_input(name);
    JsonNode sizes =
        graph.path("tensor_values").path(argument.path("as_tensor").path("name").asText());
    for (JsonNode size : sizes.path("sizes")) {
      readDimension(size);
    }
    items.read(argument);
  }

  private void readDimension(JsonNode size) {
    if (size.has("as_int")) {
      long length = size.get("as_int").asLong();
      description.add_dimension("", 1, 0, length, length);
      return;
    }
    SymbolicSize symbolic = SymbolicSize.parse(size.path("as_expr").path("expr_str").asText());
    JsonNode range = program.path("range_constraints").path(symbolic.symbol());
    description.add_dimension(
        symbolic.symbol(),
        symbolic.factor(),
        symbolic.offset(),
        range.path("min_val").asLong(0),
        range.path("max_val").asLong(Long.MAX_VALUE));
  }

  /** The sizes that the graph says a value has; null where they depend on others. */
  private long[] sizes(String value) {
    JsonNode sizes = graph.path("tensor_values").path(value).path("sizes");
    List<Long> lengths = new ArrayList<>();
    for (JsonNode size : sizes) {
      if (!size.path("as_int").isIntegralNumber()) {
        return null;
      }
      lengths.add(size.get("as_int").asLong());
    }
    return sizes.isArray() ? lengths.stream().mapToLong(Long::longValue).toArray() : null;
  }

  private void readOutputs() throws IOException {
    List<JsonNode> specs = pairs("output_specs", "outputs");
    PyTree tree = PyTree.of(call().path("out_spec").asText());
    List<String> names = tree == null ? List.of() : tree.leaves(tree.isLeaf() ? "output" : "");
    description.outputs();
    for (int i = 0; i < specs.size(); i++) {
      Map.Entry<String, JsonNode> spec =
          specs.get(i).properties().stream().findFirst().orElse(Map.entry("", specs.get(i)));
      if (!spec.getKey().equals("user_output")) {
        throw archive.refuse(refusal(spec.getKey(), spec.getValue()));
      }
      JsonNode output = graph.path("outputs").path(i);
      if (output.has("as_tensor")) {
        outputs.add(names.size() == specs.size() ? names.get(i) : "output." + i);
      }
      items.read(output);
    }
  }

  private static String refusal(String kind, JsonNode spec) {
    String changed =
        switch (kind) {
          case "buffer_mutation" -> "its buffer '" + spec.path("buffer_name").asText() + "'";
          case "parameter_mutation" ->
              "its parameter '" + spec.path("parameter_name").asText() + "'";
          case "user_input_mutation" -> "its input '" + spec.path("user_input_name").asText() + "'";
          default -> null;
        };
    return changed == null
        ? "it has an output of the kind '" + kind + "', which is not read: " + NO_MODEL
        : "it changes " + changed + " whenever it runs: " + NO_MODEL;
  }
}
