package org.jennit.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON header of a safetensors file, checked: every name once, every shape as large as its
 * bytes, and the tensors side by side without a gap, an overlap or a rest. The format's description
 * is at github.com/huggingface/safetensors.
 */
final class SafeTensorsHeader {
  static final String METADATA = "__metadata__";

  /**
   * Names are not interned: each occurs once, and a table of them would reject some large files.
   */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  /** A tensor and its bytes, counted from the end of the header. */
  record Entry(String name, Strided view, long start, long end) {}

  final Map<String, String> metadata = new LinkedHashMap<>();
  final List<Entry> entries = new ArrayList<>();
  private final TensorFile file;

  private SafeTensorsHeader(TensorFile file) {
    this.file = file;
  }

  /**
   * Reads a header.
   *
   * @param text the header's bytes
   * @param dataLength the count of bytes after it
   */
  static SafeTensorsHeader parse(TensorFile file, ByteBuffer text, long dataLength)
      throws IOException {
    SafeTensorsHeader header = new SafeTensorsHeader(file);
    try (JsonParser json =
        JSON.createParser(StandardCharsets.UTF_8.newDecoder().decode(text).toString())) {
      header.parse(json);
    } catch (CharacterCodingException e) {
      throw file.refuse("its header is not UTF-8 text");
    } catch (JsonProcessingException e) {
      throw file.refuse("its header is not the JSON of safetensors: " + e.getOriginalMessage());
    }
    header.requireSideBySide(dataLength);
    return header;
  }

  private void parse(JsonParser json) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw file.refuse("its header is not a JSON object");
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      if (name.equals(METADATA)) {
        parseMetadata(json);
      } else if (entries.size() == TensorFile.MAX_TENSORS) {
        throw file.refuse("it holds more than " + TensorFile.MAX_TENSORS + " tensors");
      } else {
        entries.add(parseEntry(json, name));
      }
    }
    if (json.nextToken() != null) {
      throw file.refuse("its header goes on after the JSON object");
    }
  }

  private void parseMetadata(JsonParser json) throws IOException {
    require(json.currentToken() == JsonToken.START_OBJECT, METADATA, "is not a JSON object");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      require(json.nextToken() == JsonToken.VALUE_STRING, METADATA, "holds more than strings");
      metadata.put(key, json.getText());
    }
  }

  private Entry parseEntry(JsonParser json, String name) throws IOException {
    require(json.currentToken() == JsonToken.START_OBJECT, name, "is not a JSON object");
    String dtype = null;
    long[] shape = null;
    long[] offsets = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      JsonToken value = json.nextToken();
      switch (field) {
        case "dtype" -> {
          require(value == JsonToken.VALUE_STRING, name, "has a dtype that is not a string");
          dtype = json.getText();
        }
        case "shape" -> shape = parseNumbers(json, name);
        case "data_offsets" -> offsets = parseNumbers(json, name);
        default -> json.skipChildren();
      }
    }
    require(
        dtype != null && shape != null && offsets != null,
        name,
        "lacks dtype, shape or data_offsets");
    require(
        offsets.length == 2 && offsets[0] <= offsets[1],
        name,
        "has data_offsets that are not a range");
    String unknown = "has the unknown dtype '" + dtype + "'; save it in one that LibTorch has";
    DType known = DType.ofSafetensors(dtype).orElse(null);
    require(known != null, name, unknown);
    Strided view = sized(name, known, shape, offsets[1] - offsets[0]);
    return new Entry(name, view, offsets[0], offsets[1]);
  }

  private long[] parseNumbers(JsonParser json, String name) throws IOException {
    require(
        json.currentToken() == JsonToken.START_ARRAY,
        name,
        "has a shape or data_offsets that is no array");
    List<Long> numbers = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      boolean whole = json.currentToken() == JsonToken.VALUE_NUMBER_INT;
      require(
          whole && json.getLongValue() >= 0,
          name,
          "has a shape or data_offsets with something other than counts");
      numbers.add(json.getLongValue());
    }
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }

  /** Checks that the shape takes so many bytes, and turns two-in-a-byte shapes into LibTorch's. */
  private Strided sized(String name, DType dtype, long[] shape, long bytes)
      throws WeightsException {
    if (dtype == DType.FLOAT4_E2M1FN_X2) {
      int last = shape.length - 1;
      String odd = "is F4 with an odd last dimension, which LibTorch cannot hold";
      require(last >= 0 && shape[last] % 2 == 0, name, odd);
      shape[last] /= 2;
    }
    try {
      Strided view = Strided.contiguous(dtype, shape);
      long needed = Math.multiplyExact(view.elements(), dtype.bytes);
      String other = "has a shape of " + needed + " bytes and data_offsets of " + bytes;
      require(needed == bytes, name, other);
      return view;
    } catch (ArithmeticException overflow) {
      throw file.refuse("its header's entry '" + name + "' has a shape that overflows");
    }
  }

  private void requireSideBySide(long dataLength) throws WeightsException {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparingLong(Entry::start).thenComparingLong(Entry::end));
    long end = 0;
    for (Entry entry : sorted) {
      require(
          entry.end() <= dataLength,
          entry.name(),
          "ends at byte "
              + entry.end()
              + " of "
              + dataLength
              + " bytes of data; the file is damaged or cut short");
      require(entry.start() >= end, entry.name(), "overlaps the tensor before it");
      require(entry.start() == end, entry.name(), "leaves a gap after the tensor before it");
      end = entry.end();
    }
    if (end != dataLength) {
      throw file.refuse("it has " + (dataLength - end) + " bytes after its last tensor");
    }
  }

  private void require(boolean condition, String name, String otherwise) throws WeightsException {
    if (!condition) {
      throw file.refuse("its header's entry '" + name + "' " + otherwise);
    }
  }
}
