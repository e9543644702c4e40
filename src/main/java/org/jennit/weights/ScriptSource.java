package org.jennit.weights;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * How deep a piece of TorchScript's code is nested. LibTorch parses and compiles it by recursion: a
 * few hundred levels end the process. What PyTorch writes has a handful.
 */
final class ScriptSource {
  private static final int MAX_BRACKETS = 64;
  private static final int MAX_INDENT = 128;
  private static final int MAX_OPERATORS = 256;
  private static final String OPERATORS = "+-*/%@|&^~<>=!.";
  private static final Set<String> WORDS = Set.of("not", "if", "else", "and", "or", "in", "is");

  private final String code;

  /** The operators since the last comma, for each open bracket. */
  private final Deque<Integer> outer = new ArrayDeque<>();

  private int operators;
  private int all;

  private ScriptSource(String code) {
    this.code = code;
  }

  static boolean isTooDeep(String code) {
    return new ScriptSource(code).isTooDeep();
  }

  private boolean isTooDeep() {
    for (int at = 0; at < code.length(); at++) {
      char sign = code.charAt(at);
      if (sign == '\'' || sign == '"') {
        at = endOfText(at);
      } else if (Character.isJavaIdentifierStart(sign)) {
        at = endOfWord(at);
      } else if (sign == '\n') {
        if (indent(at + 1) > MAX_INDENT) {
          return true;
        }
        if (outer.isEmpty()) {
          count(-operators);
        }
      } else {
        take(sign);
      }
      if (all > MAX_OPERATORS || outer.size() > MAX_BRACKETS) {
        return true;
      }
    }
    return false;
  }

  private void take(char sign) {
    if ("([{".indexOf(sign) >= 0) {
      outer.push(operators);
      operators = 0;
    } else if (")]}".indexOf(sign) >= 0) {
      count(-operators);
      operators = outer.isEmpty() ? 0 : outer.pop();
    } else if (sign == ',') {
      count(-operators);
    } else if (OPERATORS.indexOf(sign) >= 0) {
      count(1);
    }
  }

  private void count(int more) {
    operators += more;
    all += more;
  }

  /** The place of the closing quote, or of the end of the line. */
  private int endOfText(int start) {
    int at = start + 1;
    while (at < code.length() && code.charAt(at) != code.charAt(start) && code.charAt(at) != '\n') {
      at += code.charAt(at) == '\\' ? 2 : 1;
    }
    return at;
  }

  private int endOfWord(int start) {
    int end = start + 1;
    while (end < code.length() && Character.isJavaIdentifierPart(code.charAt(end))) {
      end++;
    }
    if (WORDS.contains(code.substring(start, end))) {
      count(1);
    }
    return end - 1;
  }

  private int indent(int start) {
    int end = start;
    while (end < code.length() && (code.charAt(end) == ' ' || code.charAt(end) == '\t')) {
      end++;
    }
    return end - start;
  }
}
