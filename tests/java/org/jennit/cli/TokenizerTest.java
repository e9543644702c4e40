package org.jennit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;
import org.jennit.core.Numeric;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts become the tokens that Hugging Face's own Python library makes of them. */
class TokenizerTest {
  @TempDir Path temporary;

  private static String joined(JsonNode list) {
    StringBuilder text = new StringBuilder();
    list.forEach(value -> text.append(value.asText()).append(' '));
    return text.toString();
  }

  @ParameterizedTest
  @CsvSource({"wordpiece.json, negated", "wordpiece.json, contrast", "bpe.json, next"})
  void tokensAreThoseOfTheLibrary(String file, String name) throws IOException {
    JsonNode expected = TextFiles.expected(name);
    TokenizedText text =
        new Tokenizer(TextFiles.FOLDER.resolve(file))
            .tokenize(List.of(expected.get("text").asText()))
            .get(0);
    assertEquals(
        joined(expected.get("tokens")),
        text.tokens().stream().map(t -> t.token() + " ").collect(Collectors.joining()));
    try (PointerScope scope = new PointerScope()) {
      assertEquals(
          joined(expected.get("ids")),
          text.tokens().stream().map(t -> t.id() + " ").collect(Collectors.joining()));
      assertEquals(text.tokens().size(), Numeric.values(text.mask().sum())[0]);
      assertEquals(0, Numeric.values(text.types().sum())[0]);
      assertEquals(
          "[1, " + text.tokens().size() + "]", java.util.Arrays.toString(text.ids().shape()));
    }
  }

  @Test
  void tokensTogetherAreTheText() throws IOException {
    List<String> texts =
        List.of("The film\twas  UNwatchable, 😀 naïve!", "the cat \u00e9 😀 sat", " leading");
    for (Path file : List.of(TextFiles.WORDPIECE, TextFiles.BPE)) {
      List<TokenizedText> all = new Tokenizer(file).tokenize(texts);
      for (int i = 0; i < texts.size(); i++) {
        // Of several tokens for one character, the first stands for it.
        String rest = texts.get(i);
        for (TokenizedText.Token token : all.get(i).tokens()) {
          if (!token.special() && rest.startsWith(token.text())) {
            rest = rest.substring(token.text().length());
          }
        }
        assertEquals("", rest, file + ": " + texts.get(i));
      }
    }
  }

  @Test
  void aTextMayBeLongOrEmpty() throws IOException {
    List<TokenizedText> all =
        new Tokenizer(TextFiles.WORDPIECE).tokenize(List.of("", "good ".repeat(5000)));
    assertEquals(
        "[CLS] [SEP]",
        all.get(0).tokens().stream()
            .map(TokenizedText.Token::text)
            .collect(Collectors.joining(" ")));
    assertEquals(5002, all.get(1).tokens().size());
  }

  @Test
  void aFolderHoldsItsTokenizer() throws IOException {
    Files.copy(TextFiles.BPE, temporary.resolve("tokenizer.json"));
    assertEquals(1, new Tokenizer(temporary).tokenize(List.of("the")).get(0).tokens().size());
  }

  @Test
  void whatIsNoTokenizerIsRefusedWithItsName() throws IOException {
    assertThrows(
        NoSuchFileException.class,
        () -> new Tokenizer(temporary.resolve("nothing.json")).tokenize(List.of("a")));
    assertRefused("at line 1", "no JSON");
    assertRefused("EOF while parsing", "");
    String whole = Files.readString(TextFiles.WORDPIECE);
    assertRefused("EOF while parsing", whole.substring(0, whole.length() / 2));
    // Where the library ends its process.
    assertRefused(
        "no entry found for key", whole.replace("\"[SEP]\":{\"id\"", "\"[SAP]\":{\"id\""));
  }

  private void assertRefused(String reason, String content) throws IOException {
    Path file = Files.writeString(temporary.resolve("broken.json"), content);
    String message =
        assertThrows(IOException.class, () -> new Tokenizer(file).tokenize(List.of("a b")))
            .getMessage();
    assertTrue(message.startsWith(file + " cannot be used as a tokenizer: "), message);
    assertTrue(message.contains(reason), message);
  }

  @Test
  void namesComeFromTheVocabulary() throws IOException {
    assertEquals("##able", Vocabulary.read(TextFiles.WORDPIECE).get(37));
    List<String> bpe = Vocabulary.read(TextFiles.BPE);
    assertEquals("\u0120mat", bpe.get(274));
    Path unigram =
        Files.writeString(
            temporary.resolve("unigram.json"),
            """
            {"added_tokens": [{"id": 4, "content": "<mask>"}],
             "model": {"type": "Unigram", "vocab": [["<unk>", 0.0], ["\u2581the", -1.5]]}}
            """);
    assertEquals(
        List.of("<unk>", "\u2581the", "token 2", "token 3", "<mask>"), Vocabulary.read(unigram));
    Path none = Files.writeString(temporary.resolve("none.json"), "{}");
    assertEquals(
        none + " holds no vocabulary",
        assertThrows(IOException.class, () -> Vocabulary.read(none)).getMessage());
  }
}
