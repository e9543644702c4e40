package org.jennit.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Weights in several files, as Hugging Face's libraries split them: a JSON index whose {@code
 * weight_map} says which file beside it has each tensor ({@code model.safetensors.index.json},
 * {@code pytorch_model.bin.index.json}).
 */
final class ShardIndex {
  static final String WEIGHT_MAP = "weight_map";

  private static final JsonMapper JSON =
      new JsonMapper(
          JsonFactory.builder()
              .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(100).build())
              .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
              .build());

  private ShardIndex() {}

  /** The tensors by the names that the index has, in its order; the caller closes it. */
  static StateDict load(Path index, LoadOptions options) throws IOException {
    Map<String, String> places;
    try (TensorFile file = TensorFile.open(index)) {
      places = places(file, options);
    }
    Set<String> shards = new LinkedHashSet<>(places.values());
    Map<String, StateDict> opened = new LinkedHashMap<>();
    try {
      for (String shard : shards) {
        Path path = index.resolveSibling(shard);
        if (FileKind.of(path) == FileKind.MISSING) {
          throw new WeightsException(
              index, "its part '" + shard + "' is not beside it: get all parts");
        }
        opened.put(shard, Weights.loadFile(path, LoadOptions.defaults().keepParametrizations()));
      }
      return merge(index, places, opened, options);
    } finally {
      opened.values().forEach(StateDict::close);
    }
  }

  private static Map<String, String> places(TensorFile file, LoadOptions options)
      throws IOException {
    if (!options.keys().isEmpty()) {
      throw file.refuse(
          "it is an index of parts, which has no key '" + options.keys().get(0) + "'");
    }
    JsonNode map = json(file).orElseThrow(() -> file.refuse("it is not JSON")).path(WEIGHT_MAP);
    Map<String, String> places = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String shard = entry.getValue().asText();
      if (!entry.getValue().isTextual() || shard.isEmpty() || !isBeside(shard)) {
        throw file.refuse(
            "its weight_map has for '"
                + entry.getKey()
                + "' no name of a file beside it, but "
                + entry.getValue());
      }
      places.put(entry.getKey(), shard);
    }
    if (places.isEmpty() || places.size() > TensorFile.MAX_TENSORS) {
      throw file.refuse("its weight_map names " + places.size() + " tensors");
    }
    return places;
  }

  private static boolean isBeside(String shard) {
    return shard.indexOf('/') < 0
        && shard.indexOf('\\') < 0
        && shard.indexOf('\0') < 0
        && !shard.startsWith(".");
  }

  /** The JSON object that a file is; empty if it is anything else. */
  static Optional<JsonNode> json(TensorFile file) throws IOException {
    ByteBuffer text = file.read(0, file.size(), "its text");
    try {
      return Optional.ofNullable(JSON.readTree(StandardCharsets.UTF_8.decode(text).toString()))
          .filter(JsonNode::isObject);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** The same tensor, of another owner. */
  private static Tensor shared(Tensor tensor) {
    try (PointerScope own = new PointerScope()) {
      Tensor shared = new Tensor(tensor);
      shared.retainReference();
      return shared;
    }
  }

  private static StateDict merge(
      Path index, Map<String, String> places, Map<String, StateDict> shards, LoadOptions options)
      throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, String> skipped = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, String> place : places.entrySet()) {
        Tensor tensor = shards.get(place.getValue()).get(place.getKey());
        if (tensor == null) {
          throw new WeightsException(
              index,
              "its part '" + place.getValue() + "' lacks the tensor '" + place.getKey() + "'");
        }
        Weights.put(index, tensors, options.rename(place.getKey()), shared(tensor));
      }
      shards.forEach(
          (shard, state) -> {
            state.skipped().forEach((where, what) -> skipped.put(shard + "." + where, what));
            for (String name : state.keySet()) {
              if (!shard.equals(places.get(name))) {
                skipped.put(shard + "." + name, "a tensor that the index does not name there");
              }
            }
          });
      if (options.mergesParametrizations()) {
        Parametrizations.merge(tensors);
      }
      return new StateDict(tensors, Map.of(), skipped, Map.of());
    } catch (IOException | RuntimeException | Error e) {
      tensors.values().forEach(Tensor::close);
      throw e;
    }
  }
}
