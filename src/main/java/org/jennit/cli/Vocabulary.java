package org.jennit.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The names of all tokens of a tokenizer.json. */
final class Vocabulary {
  // More than any tokenizer has: a damaged id is no reason for a list without end.
  private static final int LARGEST = 1 << 24;

  private Vocabulary() {}

  /**
   * Names by id, as the tokenizer calls them, such as "##able"; ids without a token are named too.
   *
   * @throws IOException naming the file where it holds none
   */
  static List<String> read(Path file) throws IOException {
    JsonNode root = new ObjectMapper().readTree(file.toFile());
    TreeMap<Integer, String> names = new TreeMap<>();
    JsonNode tokens = root.path("model").path("vocab");
    if (tokens.isArray()) {
      // Unigram: pairs of a token and its probability.
      for (int id = 0; id < tokens.size(); id++) {
        names.put(id, tokens.get(id).path(0).asText());
      }
    }
    tokens.properties().forEach(token -> names.put(token.getValue().asInt(-1), token.getKey()));
    root.path("added_tokens")
        .forEach(token -> names.put(token.path("id").asInt(-1), token.path("content").asText()));
    names.keySet().removeIf(id -> id < 0 || id >= LARGEST);
    if (names.isEmpty()) {
      throw new IOException(file + " holds no vocabulary");
    }
    return IntStream.rangeClosed(0, names.lastKey())
        .mapToObj(id -> names.getOrDefault(id, "token " + id))
        .toList();
  }
}
