package org.jennit.export;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The size of a dimension by a symbol, factor * symbol + offset, as in "Add(Mul(Integer(2),
 * Symbol('s77', integer=True)), Integer(1))", which is how SymPy writes expressions out.
 *
 * @param symbol "" where the size is no such expression, and may be any
 */
record SymbolicSize(String symbol, long factor, long offset) {
  private static final SymbolicSize ANY = new SymbolicSize("", 1, 0);
  private static final Pattern PART =
      Pattern.compile("\\s*(?:Symbol\\('(\\w+)'[^)]*\\)|Integer\\((-?\\d{1,18})\\)|(Add|Mul)\\()");

  static SymbolicSize parse(String expression) {
    Parser parser = new Parser(expression);
    SymbolicSize size;
    try {
      size = parser.next(0);
    } catch (IllegalArgumentException | ArithmeticException e) {
      return ANY;
    }
    return parser.isAtEnd() && !size.symbol.isEmpty() && size.factor > 0 ? size : ANY;
  }

  private SymbolicSize plus(SymbolicSize other) {
    if (!symbol.isEmpty() && !other.symbol.isEmpty() && !symbol.equals(other.symbol)) {
      throw new IllegalArgumentException("two symbols");
    }
    return new SymbolicSize(
        symbol.isEmpty() ? other.symbol : symbol,
        Math.addExact(factor, other.factor),
        Math.addExact(offset, other.offset));
  }

  private SymbolicSize times(SymbolicSize other) {
    if (!symbol.isEmpty() && !other.symbol.isEmpty()) {
      throw new IllegalArgumentException("not linear");
    }
    SymbolicSize symbolic = symbol.isEmpty() ? other : this;
    long number = symbol.isEmpty() ? offset : other.offset;
    return new SymbolicSize(
        symbolic.symbol,
        Math.multiplyExact(symbolic.factor, number),
        Math.multiplyExact(symbolic.offset, number));
  }

  /** Reads from left to right; throws IllegalArgumentException for what is no linear expression. */
  private static final class Parser {
    private static final int DEEPEST = 50;

    private final String text;
    private final Matcher part;
    private int at;

    Parser(String text) {
      this.text = text;
      this.part = PART.matcher(text);
    }

    boolean isAtEnd() {
      return at == text.length();
    }

    SymbolicSize next(int depth) {
      if (depth > DEEPEST || !part.find(at) || part.start() != at) {
        throw new IllegalArgumentException("no expression");
      }
      at = part.end();
      if (part.group(1) != null) {
        return new SymbolicSize(part.group(1), 1, 0);
      }
      if (part.group(2) != null) {
        return new SymbolicSize("", 0, Long.parseLong(part.group(2)));
      }
      boolean adds = part.group(3).equals("Add");
      SymbolicSize size = next(depth + 1);
      while (take(',')) {
        SymbolicSize operand = next(depth + 1);
        size = adds ? size.plus(operand) : size.times(operand);
      }
      if (!take(')')) {
        throw new IllegalArgumentException("no end");
      }
      return size;
    }

    private boolean take(char expected) {
      boolean there = at < text.length() && text.charAt(at) == expected;
      at += there ? 1 : 0;
      return there;
    }
  }
}
