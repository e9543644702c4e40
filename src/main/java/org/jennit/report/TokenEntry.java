package org.jennit.report;

import java.util.List;
import java.util.Objects;
import org.jennit.attribution.ConservationReport;

/**
 * A text and the relevance of its tokens: the text is shown as it is, shaded token by token.
 *
 * @param name what stands above the entry; any text
 * @param tokens in the order of the text, at least one
 * @param predictions in the order to show them in; may be empty
 * @param conservation where the relevance stayed, or null
 */
public record TokenEntry(
    String name, List<Token> tokens, List<Prediction> predictions, ConservationReport conservation)
    implements ReportEntry {

  /**
   * A piece of the text.
   *
   * @param text as it stands in the text, with the spaces that belong to it; any text
   * @param relevance signed, of any scale; a value that is NaN or infinite is left blank and
   *     counted
   * @param special whether the model needs it and the text does not have it, such as [CLS]
   */
  public record Token(String text, float relevance, boolean special) {
    public Token {
      Objects.requireNonNull(text, "text is null");
    }
  }

  /**
   * Checks that there is a text.
   *
   * @throws IllegalArgumentException where there are no tokens
   */
  public TokenEntry {
    Objects.requireNonNull(name, "name is null");
    tokens = List.copyOf(tokens);
    predictions = List.copyOf(predictions);
    if (tokens.isEmpty()) {
      throw new IllegalArgumentException("text '" + name + "' has no tokens");
    }
  }
}
