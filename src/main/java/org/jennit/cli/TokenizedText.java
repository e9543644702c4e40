package org.jennit.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.bytedeco.pytorch.Tensor;
import org.jennit.cli.TokenizerProcess.Cut;

/**
 * A text and its tokens.
 *
 * @param tokens as many as the model gets
 */
record TokenizedText(String text, List<Token> tokens) {

  /**
   * One token.
   *
   * @param token as the tokenizer calls it, such as "##able"
   * @param text what of the text it stands for, with the space before it, so that those of all
   *     tokens are the text; the token's name where that is nothing
   * @param special whether the tokenizer added it
   */
  record Token(String token, long id, long mask, long type, String text, boolean special) {}

  static TokenizedText of(String text, List<Cut> cuts) {
    List<Token> tokens = new ArrayList<>();
    int length = text.codePointCount(0, text.length());
    int done = 0;
    for (Cut cut : cuts) {
      int end = cut.special() ? done : text.offsetByCodePoints(0, Math.min(cut.end(), length));
      // Several tokens may share one character: it is that of the first.
      String part = end > done ? text.substring(done, end) : cut.token();
      done = Math.max(done, end);
      tokens.add(new Token(cut.token(), cut.id(), cut.mask(), cut.type(), part, cut.special()));
    }
    return new TokenizedText(text, List.copyOf(tokens));
  }

  /** 1 x tokens, int64. */
  Tensor ids() {
    return row(Token::id);
  }

  /** 1 x tokens, int64: one where the model is to look. */
  Tensor mask() {
    return row(Token::mask);
  }

  /** 1 x tokens, int64: which of several texts a token is of. */
  Tensor types() {
    return row(Token::type);
  }

  private Tensor row(ToLongFunction<Token> value) {
    return Tensor.create(tokens.stream().mapToLong(value).toArray(), 1, tokens.size());
  }
}
