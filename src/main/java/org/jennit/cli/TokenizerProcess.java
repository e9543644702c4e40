package org.jennit.cli;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A process of its own that cuts texts into tokens: Hugging Face's library ends the process that it
 * runs in where a tokenizer is damaged in ways that it does not expect. It takes the texts as a
 * list in JSON on its standard input, and answers a list of tokens for each on its standard output.
 */
final class TokenizerProcess {
  private static final ObjectMapper JSON = new ObjectMapper();

  private TokenizerProcess() {}

  /**
   * A token as the library cut it.
   *
   * @param mask 1 where the model is to look
   * @param start where it begins in the text, in code points; 0 for a token that is not of the text
   * @param end where it ends, likewise
   * @param special whether the tokenizer added it
   */
  record Cut(String token, long id, long mask, long type, int start, int end, boolean special) {}

  /**
   * Reads, cuts, answers.
   *
   * @param arguments the file
   */
  public static void main(String[] arguments) throws IOException {
    // Natives are those of the jar, and nothing is asked of a network.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("RUST_FLAVOR", "cpu");
    List<String> texts = JSON.readValue(System.in, new TypeReference<>() {});
    List<List<Cut>> answer = new ArrayList<>();
    Map<String, String> whole = Map.of("truncation", "false", "padding", "false");
    try (HuggingFaceTokenizer tokenizer =
        HuggingFaceTokenizer.newInstance(Path.of(arguments[0]), whole)) {
      texts.forEach(text -> answer.add(cuts(tokenizer.encode(text))));
    } catch (RuntimeException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
    JSON.writeValue(System.out, answer);
  }

  private static List<Cut> cuts(Encoding encoding) {
    List<Cut> cuts = new ArrayList<>();
    for (int i = 0; i < encoding.getIds().length; i++) {
      CharSpan span = encoding.getCharTokenSpans()[i];
      cuts.add(
          new Cut(
              encoding.getTokens()[i],
              encoding.getIds()[i],
              encoding.getAttentionMask()[i],
              encoding.getTypeIds()[i],
              span == null ? 0 : span.getStart(),
              span == null ? 0 : span.getEnd(),
              span == null || encoding.getSpecialTokenMask()[i] == 1));
    }
    return cuts;
  }
}
