package org.jennit.image;

import java.util.HexFormat;

/** Cuts the source of a colour map into tokens, one at a time, skipping white space. */
final class ColorMapLexer {
  enum Kind {
    POSITION("a position"),
    COLOR("a colour"),
    COLON("':'"),
    COMMA("','"),
    END("the end");

    final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  record Token(Kind kind, String text, int index) {
    @Override
    public String toString() {
      return kind == Kind.END ? kind.words : "'" + text + "'";
    }
  }

  private final String source;
  private int next;

  ColorMapLexer(String source) {
    this.source = source;
  }

  Token next() {
    while (next < source.length() && isSpace(source.charAt(next))) {
      next++;
    }
    if (next == source.length()) {
      return new Token(Kind.END, "", next);
    }
    return switch (source.charAt(next)) {
      case ':' -> take(Kind.COLON, 1);
      case ',' -> take(Kind.COMMA, 1);
      default -> digits();
    };
  }

  // The number of digits alone tells a position from a colour.
  private Token digits() {
    int length = 0;
    while (next + length < source.length() && HexFormat.isHexDigit(source.charAt(next + length))) {
      length++;
    }
    return switch (length) {
      case 1, 2 -> take(Kind.POSITION, length);
      case 3, 6 -> take(Kind.COLOR, length);
      case 0 ->
          throw refuse("a hex digit, ':' or ','", Character.charCount(source.codePointAt(next)));
      default -> throw refuse("1 or 2 hex digits (a position) or 3 or 6 (a colour)", length);
    };
  }

  private Token take(Kind kind, int length) {
    Token token = new Token(kind, source.substring(next, next + length), next);
    next += length;
    return token;
  }

  private ColorMapException refuse(String expected, int length) {
    String found = "'" + source.substring(next, next + length) + "'";
    return new ColorMapException(source, next, expected, found);
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }
}
