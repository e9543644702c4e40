package org.jennit.weights;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Finds the dict of tensors in what a .pth file holds. */
final class Checkpoint {
  private static final List<String> USUAL_KEYS = List.of("state_dict", "model_state_dict", "model");

  /** What modules keep beside their tensors; load_state_dict has no use for it here. */
  private static final String EXTRA_STATE = "_extra_state";

  private static final int KEYS_SHOWN = 10;

  private Checkpoint() {}

  static Map<String, PickledTensor> stateDict(TensorFile file, Object content, List<String> keys)
      throws IOException {
    Map<?, ?> dict = requireDict(file, content, "the file");
    for (String key : keys) {
      if (!dict.containsKey(key)) {
        throw file.refuse("it has no key '" + key + "'; its keys are " + shown(dict));
      }
      dict = requireDict(file, dict.get(key), "'" + key + "'");
    }
    if (keys.isEmpty()) {
      Map<?, ?> outer = dict;
      dict =
          USUAL_KEYS.stream()
              .filter(key -> outer.get(key) instanceof Map)
              .findFirst()
              .<Map<?, ?>>map(key -> (Map<?, ?>) outer.get(key))
              .orElse(outer);
    }
    return tensors(file, dict);
  }

  private static Map<?, ?> requireDict(TensorFile file, Object value, String where)
      throws WeightsException {
    if (value instanceof Map<?, ?> dict) {
      return dict;
    }
    throw file.refuse(
        where + " holds " + kind(value) + ", not a dict of tensors: save a state_dict()");
  }

  private static Map<String, PickledTensor> tensors(TensorFile file, Map<?, ?> dict)
      throws WeightsException {
    Map<String, PickledTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : dict.entrySet()) {
      if (entry.getKey() instanceof String name
          && entry.getValue() instanceof PickledTensor tensor) {
        tensors.put(name, tensor);
      } else if (!String.valueOf(entry.getKey()).endsWith(EXTRA_STATE)) {
        throw file.refuse(
            String.format(
                "its key '%s' holds %s, not a tensor; if the tensors are nested, name their key"
                    + " (LoadOptions.key). Keys with dicts: %s",
                entry.getKey(), kind(entry.getValue()), shown(dicts(dict))));
      }
    }
    if (tensors.size() > TensorFile.MAX_TENSORS) {
      throw file.refuse("it holds more than " + TensorFile.MAX_TENSORS + " tensors");
    }
    return tensors;
  }

  private static Map<?, ?> dicts(Map<?, ?> dict) {
    Map<Object, Object> dicts = new LinkedHashMap<>(dict);
    dicts.values().removeIf(value -> !(value instanceof Map));
    return dicts;
  }

  private static String shown(Map<?, ?> dict) {
    String more = dict.size() > KEYS_SHOWN ? ", ..." : "";
    return dict.keySet().stream()
            .limit(KEYS_SHOWN)
            .map(String::valueOf)
            .collect(Collectors.joining(", ", "[", ""))
        + more
        + "]";
  }

  private static String kind(Object value) {
    if (value instanceof PickledTensor) {
      return "a tensor";
    }
    if (value instanceof Map) {
      return "a dict";
    }
    if (value instanceof List || value instanceof Object[]) {
      return "a list or tuple";
    }
    return value == null ? "None" : "a plain value";
  }
}
