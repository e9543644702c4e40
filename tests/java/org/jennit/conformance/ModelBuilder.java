package org.jennit.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jennit.nn.Arguments;
import org.jennit.nn.Layers;
import org.jennit.nn.Module;
import org.jennit.nn.Sequential;

/**
 * Builds the models and layers that the reference vectors describe, in double precision and
 * evaluation mode.
 */
public final class ModelBuilder {
  private static final String PARAMETER = "param.";

  private ModelBuilder() {}

  /** A described model or layer with the parameters of its case. */
  public static Module build(JsonNode description, Map<String, Tensor> tensors) {
    Module model = structure(description);
    model.to(torch.ScalarType.Double);
    Map<String, Tensor> state = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (name.startsWith(PARAMETER)) {
            state.put(name.substring(PARAMETER.length()), tensor);
          }
        });
    model.load_state_dict(withCounters(model, state));
    model.eval();
    return model;
  }

  // Batch norms count their batches; not every file says how many.
  private static Map<String, Tensor> withCounters(Module model, Map<String, Tensor> state) {
    model
        .named_buffers()
        .forEach(
            (name, tensor) -> {
              if (name.endsWith("num_batches_tracked")) {
                state.putIfAbsent(name, tensor);
              }
            });
    return state;
  }

  private static Module structure(JsonNode description) {
    String type = description.get("type").asText();
    if (!description.has("children")) {
      return Layers.of(type, arguments(description.get("args")));
    }
    Map<String, Module> children = new LinkedHashMap<>();
    description
        .get("children")
        .forEach(child -> children.put(child.get(0).asText(), structure(child.get(1))));
    return switch (type) {
      case "Sequential" -> new Sequential(children);
      case "Residual" -> new Residual(children);
      default -> throw new AssertionError("unknown container " + type);
    };
  }

  /** JSON arguments as a layer takes them; null is left out. */
  public static Arguments arguments(JsonNode json) {
    Arguments arguments = new Arguments();
    json.properties()
        .forEach(
            field -> {
              String name = field.getKey();
              JsonNode value = field.getValue();
              if (value.isBoolean()) {
                arguments.put(name, value.asBoolean());
              } else if (value.isIntegralNumber()) {
                arguments.put(name, value.asLong());
              } else if (value.isNumber()) {
                arguments.put(name, value.asDouble());
              } else if (value.isTextual()) {
                arguments.put(name, value.asText());
              } else if (value.isArray()) {
                arguments.put(
                    name,
                    StreamSupport.stream(value.spliterator(), false)
                        .mapToLong(item -> item.isNull() ? -1 : item.asLong())
                        .toArray());
              }
            });
    return arguments;
  }

  /** {@code relu(sum(stack([main(x), shortcut(x)], last dimension)))}. */
  static final class Residual extends Module {
    Residual(Map<String, Module> children) {
      children.forEach(this::register_module);
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      Tensor main = get_submodule("main").forward(inputs);
      Tensor shortcut = get_submodule("shortcut").forward(inputs);
      Tensor stacked = torch.stack(new TensorVector(main, shortcut), -1);
      return get_submodule("relu").forward(get_submodule("sum").forward(stacked));
    }
  }
}
