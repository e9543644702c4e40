package org.jennit.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A nest of tuples, lists, dictionaries and what Python's classes make of them
 * (torch.utils._pytree), as a program's inputs and outputs are.
 */
final class PyTree {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode spec;

  private PyTree(JsonNode spec) {
    this.spec = spec;
  }

  /**
   * Reads a tree as a file writes it down.
   *
   * @return null where it cannot be read
   */
  static PyTree of(String text) {
    try {
      JsonNode json = JSON.readTree(text);
      return json.isArray() && json.size() == 2 && json.get(1).isObject()
          ? new PyTree(json.get(1))
          : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  /** The part of a tuple, list or dictionary at a place. */
  PyTree child(int index) {
    return new PyTree(spec.path("children_spec").path(index));
  }

  int size() {
    return spec.path("children_spec").size();
  }

  boolean isLeaf() {
    return !spec.path("type").isTextual();
  }

  /**
   * The names of the leaves, in order: keys and indices below the root, joined by dots.
   *
   * @param root the name of the whole, "" for none
   */
  List<String> leaves(String root) {
    List<String> leaves = new ArrayList<>();
    collect(root, leaves);
    return leaves;
  }

  private void collect(String name, List<String> leaves) {
    if (isLeaf()) {
      leaves.add(name);
      return;
    }
    List<String> keys = keys();
    for (int i = 0; i < keys.size(); i++) {
      child(i).collect(name.isEmpty() ? keys.get(i) : name + "." + keys.get(i), leaves);
    }
  }

  /** The keys of the parts: those of a dictionary or class, else indices. */
  List<String> keys() {
    List<String> keys = new ArrayList<>();
    for (JsonNode key : context()) {
      keys.add(key.asText());
    }
    return keys.size() == size()
        ? keys
        : IntStream.range(0, size()).mapToObj(Integer::toString).toList();
  }

  private JsonNode context() {
    JsonNode context = spec.path("context");
    if (!context.isTextual()) {
      return context;
    }
    try {
      JsonNode keys = JSON.readTree(context.asText());
      return keys.isArray() ? keys : JSON.createArrayNode();
    } catch (JsonProcessingException e) {
      return JSON.createArrayNode();
    }
  }
}
