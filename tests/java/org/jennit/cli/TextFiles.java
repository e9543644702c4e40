package org.jennit.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;

/** Small models of texts, their tokenizers, and what PyTorch and Hugging Face make of them. */
final class TextFiles {
  static final Path FOLDER = Path.of(System.getProperty("jennit.data", "tests/data"), "text");
  static final Path WORDPIECE = FOLDER.resolve("wordpiece.json");
  static final Path BPE = FOLDER.resolve("bpe.json");

  /** Two classes, of ids and mask. */
  static final Path SENTIMENT = FOLDER.resolve("sentiment.pt");

  /** The next token at every position, of ids. */
  static final Path NEXT_WORD = FOLDER.resolve("next_word.pt");

  private TextFiles() {}

  /** A text with its tokens, the model's answer, and embedding times gradient. */
  static JsonNode expected(String name) throws IOException {
    return new ObjectMapper().readTree(FOLDER.resolve("expected.json").toFile()).get(name);
  }
}
