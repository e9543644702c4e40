package org.jennit.export;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import org.jennit.internal.ExportedDescription;
import org.jennit.weights.ExportedArchive;
import org.jennit.weights.WeightsException;

/** Reads the nodes of a graph, and what they take and give. */
final class ItemReader {
  /** How an item of the file is written into the description. */
  private interface Writer {
    void write(JsonNode item) throws IOException;
  }

  private static final int KEYWORD = 2;
  private static final int STRIDED = 7;

  /**
   * LibTorch's numbers of the memory formats of a file: contiguous, channels last, 3d, preserve.
   */
  private static final long[] MEMORY_FORMATS = {-1, 0, 2, 3, 1};

  private final ExportedArchive archive;
  private final ExportedDescription description;
  private final Map<String, Writer> writers;

  /** The target of the node that is being read. */
  private String target = "";

  private final Consumer<String> modules;

  /**
   * @param modules is told the stack of modules of each node
   */
  ItemReader(ExportedArchive archive, ExportedDescription description, Consumer<String> modules) {
    this.modules = modules;
    this.archive = archive;
    this.description = description;
    this.writers =
        Map.ofEntries(
            Map.entry("as_none", item -> description.none()),
            Map.entry("as_tensor", item -> description.value(text(item.path("name")), "Tensor")),
            Map.entry("as_tensors", list(this::tensor)),
            Map.entry("as_int", this::integer),
            Map.entry("as_ints", list(this::integer)),
            Map.entry("as_float", this::number),
            Map.entry("as_floats", list(this::number)),
            Map.entry("as_bool", this::flag),
            Map.entry("as_bools", list(this::flag)),
            Map.entry("as_string", item -> description.text(text(item))),
            Map.entry("as_strings", list(item -> description.text(text(item)))),
            Map.entry("as_sym_int", item -> symbolic(item, "int")),
            Map.entry("as_sym_ints", list(item -> symbolic(item, "int"))),
            Map.entry("as_sym_float", item -> symbolic(item, "float")),
            Map.entry("as_sym_floats", list(item -> symbolic(item, "float"))),
            Map.entry("as_sym_bool", item -> symbolic(item, "bool")),
            Map.entry("as_sym_bools", list(item -> symbolic(item, "bool"))),
            Map.entry("as_optional_tensor", this::read),
            Map.entry("as_optional_tensors", list(this::read)),
            Map.entry("as_nested_tensors", list(list(this::tensor))),
            Map.entry("as_int_lists", list(list(this::integer))),
            Map.entry("as_device", item -> description.device()),
            Map.entry(
                "as_scalar_type", item -> description.integer(archive.scalar_type(item.asInt(-1)))),
            Map.entry("as_memory_format", this::memoryFormat),
            Map.entry("as_layout", this::layout),
            Map.entry("as_operator", item -> description.text(text(item))),
            Map.entry("as_graph", this::graph));
  }

  /** Writes an item: an object with one field, which says of what kind it is. */
  void read(JsonNode item) throws IOException {
    String kind = item.size() == 1 ? item.fieldNames().next() : "";
    Writer writer = writers.get(kind);
    if (writer == null) {
      throw refuse("'" + (kind.isEmpty() ? "nothing" : kind) + "', which is not read");
    }
    writer.write(item.get(kind));
  }

  void nodes(JsonNode graph) throws IOException {
    for (JsonNode node : graph.path("nodes")) {
      node(node);
    }
  }

  private void node(JsonNode node) throws IOException {
    target = text(node.path("target"));
    JsonNode metadata = node.path("metadata");
    String stack = metadata.path("nn_module_stack").asText("");
    modules.accept(stack);
    description.begin_node(target, stack);
    StackTrace place = StackTrace.user(metadata.path("stack_trace").asText(""));
    if (place != null) {
      description.place(place.file(), place.line(), place.code());
    }
    for (JsonNode argument : node.path("inputs")) {
      description.argument(
          argument.path("name").asText(""), argument.path("kind").asInt() != KEYWORD);
      read(argument.path("arg"));
    }
    description.results();
    for (JsonNode result : node.path("outputs")) {
      read(result);
    }
  }

  private Writer list(Writer element) {
    return items -> {
      if (!items.isArray()) {
        throw refuse("no list where there should be one");
      }
      description.begin_list();
      for (JsonNode item : items) {
        element.write(item);
      }
      description.end_list();
    };
  }

  private void graph(JsonNode item) throws IOException {
    JsonNode graph = item.path("graph");
    String outer = target;
    description.begin_graph();
    for (JsonNode input : graph.path("inputs")) {
      read(input);
    }
    nodes(graph);
    description.outputs();
    for (JsonNode output : graph.path("outputs")) {
      read(output);
    }
    description.end_graph();
    target = outer;
  }

  private void tensor(JsonNode item) throws IOException {
    description.value(text(item.path("name")), "Tensor");
  }

  private void symbolic(JsonNode item, String type) throws IOException {
    if (item.has("as_name")) {
      description.value(text(item.get("as_name")), type);
    } else {
      read(item);
    }
  }

  private void integer(JsonNode item) throws IOException {
    if (!item.isIntegralNumber() || !item.canConvertToLong()) {
      throw refuse("no integer where there should be one");
    }
    description.integer(item.asLong());
  }

  private void number(JsonNode item) throws IOException {
    // What is not finite is written as text.
    switch (item.asText()) {
      case "Infinity" -> description.number(Double.POSITIVE_INFINITY);
      case "-Infinity" -> description.number(Double.NEGATIVE_INFINITY);
      case "NaN" -> description.number(Double.NaN);
      default -> {
        if (!item.isNumber()) {
          throw refuse("no number where there should be one");
        }
        description.number(item.asDouble());
      }
    }
  }

  private void flag(JsonNode item) throws IOException {
    if (!item.isBoolean()) {
      throw refuse("neither true nor false where there should be one of them");
    }
    description.flag(item.asBoolean());
  }

  private void memoryFormat(JsonNode item) throws IOException {
    int number = item.asInt(0);
    if (number < 1 || number >= MEMORY_FORMATS.length) {
      throw refuse("the memory format " + item.asText() + ", which is not known");
    }
    description.integer(MEMORY_FORMATS[number]);
  }

  private void layout(JsonNode item) throws IOException {
    if (item.asInt(-1) != STRIDED) {
      throw refuse("the layout " + item.asText() + ", which is not strided");
    }
    description.integer(0);
  }

  private String text(JsonNode item) throws WeightsException {
    if (!item.isTextual()) {
      throw refuse("no text where there should be one");
    }
    return item.asText();
  }

  private WeightsException refuse(String what) {
    String where =
        target.isEmpty() ? "its inputs or outputs have " : "its node " + target + " has ";
    return archive.refuse(where + what + ": it is damaged, or by a newer PyTorch than 2.10");
  }
}
