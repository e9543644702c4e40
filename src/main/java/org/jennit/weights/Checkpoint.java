package org.jennit.weights;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The state_dict in what a .pth file holds, and what lies beside it. */
final class Checkpoint {
  private static final int KEYS_SHOWN = 10;

  /** Longer lists hold numbers or data. */
  private static final int MAX_LIST = 1000;

  private final TensorFile file;
  private final Map<String, PickledTensor> tensors = new LinkedHashMap<>();
  private final Map<String, Long> versions = new LinkedHashMap<>();
  private final Map<String, String> skipped = new LinkedHashMap<>();

  private Checkpoint(TensorFile file) {
    this.file = file;
  }

  /**
   * Takes the dict of tensors out of a file's content.
   *
   * @param keys where it stands; if empty it is looked for
   */
  static Checkpoint of(TensorFile file, Object content, List<String> keys) throws IOException {
    Checkpoint checkpoint = new Checkpoint(file);
    List<Object> path =
        keys.isEmpty() ? new StateDictSearch(file, content).path() : checkpoint.path(content, keys);
    checkpoint.take(content, path);
    return checkpoint;
  }

  /** By name, in the file's order. */
  Map<String, PickledTensor> tensors() {
    return tensors;
  }

  /**
   * The version that each module's part of the state_dict was saved by, by the module's path; empty
   * if the file does not tell.
   */
  Map<String, Long> versions() {
    return versions;
  }

  /** What is not among the tensors: where it stands, its keys joined by dots, and what it is. */
  Map<String, String> skipped() {
    return skipped;
  }

  /** The keys as the file has them: text, numbers, places in a list. */
  private List<Object> path(Object content, List<String> keys) throws WeightsException {
    List<Object> path = new ArrayList<>();
    Object value = content;
    String where = "the file";
    for (String name : keys) {
      Map<?, ?> items = requireItems(value, where);
      Object key =
          items.containsKey(name)
              ? name
              : items.keySet().stream()
                  .filter(other -> other instanceof Long && other.toString().equals(name))
                  .findFirst()
                  .orElseThrow(
                      () ->
                          file.refuse(
                              "it has no key '" + name + "'; its keys are " + shown(items)));
      path.add(key);
      value = items.get(key);
      where = "'" + name + "'";
    }
    requireItems(value, where);
    return path;
  }

  private Map<?, ?> requireItems(Object value, String where) throws WeightsException {
    Map<?, ?> items = items(value);
    if (items == null) {
      throw file.refuse(
          where
              + " holds "
              + Description.of(value)
              + ", not a dict of tensors: save a state_dict()");
    }
    return items;
  }

  /** What a dict, a short list or a tuple holds, by key or by place; null for everything else. */
  static Map<?, ?> items(Object value) {
    if (value instanceof Map<?, ?> dict) {
      return dict;
    }
    if (value instanceof InertObject object) {
      return object.items.isEmpty() ? null : object.items;
    }
    List<?> list =
        value instanceof Object[] tuple
            ? Arrays.asList(tuple)
            : value instanceof ArrayList<?> items ? items : null;
    if (list == null || list.size() > MAX_LIST) {
      return null;
    }
    Map<Long, Object> places = new LinkedHashMap<>();
    for (Object item : list) {
      places.put((long) places.size(), item);
    }
    return places;
  }

  private void take(Object content, List<Object> path) throws WeightsException {
    Object value = content;
    String prefix = "";
    for (Object key : path) {
      Map<?, ?> items = items(value);
      for (Map.Entry<?, ?> entry : items.entrySet()) {
        if (!Objects.equals(entry.getKey(), key)) {
          skip(prefix, entry);
        }
      }
      prefix += name(key) + ".";
      value = items.get(key);
    }
    takeTensors(items(value), prefix);
    if (value instanceof PickledDict dict) {
      takeVersions(dict);
    }
  }

  private void skip(String prefix, Map.Entry<?, ?> entry) {
    skipped.put(prefix + name(entry.getKey()), Description.of(entry.getValue()));
  }

  private void takeTensors(Map<?, ?> dict, String prefix) throws WeightsException {
    for (Map.Entry<?, ?> entry : dict.entrySet()) {
      Object value = entry.getValue();
      if (value instanceof InertObject object && object.isTensor()) {
        throw file.refuse(
            "its '" + name(entry.getKey()) + "' is " + Description.of(value) + ": make it plain");
      }
      if (!(value instanceof PickledTensor tensor)) {
        skip(prefix, entry);
      } else if (entry.getKey() instanceof String name) {
        tensors.put(name, tensor);
      } else {
        throw unnamed(file, entry.getKey());
      }
    }
    if (tensors.isEmpty() && !dict.isEmpty()) {
      throw file.refuse(
          "its dict holds no tensors but "
              + contents(dict)
              + "; if they are nested, name their key (LoadOptions.key)");
    }
    if (tensors.size() > TensorFile.MAX_TENSORS) {
      throw file.refuse("it holds more than " + TensorFile.MAX_TENSORS + " tensors");
    }
  }

  static WeightsException unnamed(TensorFile file, Object key) {
    return file.refuse(
        "its key "
            + name(key)
            + " holds a tensor, but is "
            + (key instanceof Number ? "a number" : Description.of(key))
            + " and no name: a state_dict names its tensors by text, so rename them in Python");
  }

  /** PyTorch keeps them as an attribute of the dict: {"_metadata": {path: {"version": 2}}}. */
  private void takeVersions(PickledDict dict) {
    if (dict.attributes().get("_metadata") instanceof Map<?, ?> metadata) {
      metadata.forEach(
          (path, local) -> {
            if (path instanceof String module
                && local instanceof Map<?, ?> entries
                && entries.get("version") instanceof Long version) {
              versions.put(module, version);
            }
          });
    }
  }

  static String name(Object key) {
    return key instanceof String || key instanceof Number || key instanceof Boolean
        ? key.toString()
        : Description.of(key);
  }

  private static String shown(Map<?, ?> dict) {
    return dict.keySet().stream()
            .limit(KEYS_SHOWN)
            .map(Checkpoint::name)
            .collect(Collectors.joining(", ", "[", ""))
        + (dict.size() > KEYS_SHOWN ? ", ...]" : "]");
  }

  /** The first entries of a dict, each with what it is. */
  static String contents(Map<?, ?> dict) {
    return dict.entrySet().stream()
            .limit(KEYS_SHOWN)
            .map(entry -> "'" + name(entry.getKey()) + "': " + Description.of(entry.getValue()))
            .collect(Collectors.joining(", "))
        + (dict.size() > KEYS_SHOWN ? ", ..." : "");
  }
}
