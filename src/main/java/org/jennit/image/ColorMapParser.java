package org.jennit.image;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import org.jennit.image.ColorMapLexer.Kind;
import org.jennit.image.ColorMapLexer.Token;

/**
 * Reads the source of a colour map: {@code map = node {"," node} [","]}, {@code node = [position
 * ":"] colour}.
 */
final class ColorMapParser {
  /** One colour of the source, its position from 0 to 255 where given, and where it is written. */
  record Node(OptionalInt position, Rgb color, int index) {}

  private final String source;
  private final ColorMapLexer lexer;
  private Token token;

  private ColorMapParser(String source) {
    this.source = source;
    lexer = new ColorMapLexer(source);
    token = lexer.next();
  }

  /**
   * The colours in the order of the source: two at least, those with a position in ascending order.
   */
  static List<Node> parse(String source) {
    return new ColorMapParser(source).map();
  }

  private List<Node> map() {
    List<Node> nodes = new ArrayList<>();
    int last = 0;
    while (token.kind() != Kind.END) {
      Node node = node();
      int position = node.position().orElse(last);
      if (position < last) {
        String expected = "a position of %02x or more (they ascend)".formatted(last);
        throw refuse(node.index(), expected, "%02x".formatted(position));
      }
      last = position;
      nodes.add(node);
      if (token.kind() != Kind.END) {
        take(Kind.COMMA);
      }
    }
    if (nodes.size() < 2) {
      throw refuse(source.length(), "at least 2 colours", String.valueOf(nodes.size()));
    }
    return nodes;
  }

  private Node node() {
    int index = token.index();
    OptionalInt position = OptionalInt.empty();
    if (token.kind() == Kind.POSITION) {
      position = OptionalInt.of(channel(take(Kind.POSITION).text()));
      take(Kind.COLON);
    } else if (token.kind() != Kind.COLOR) {
      throw refuse(index, "a colour or a position", token.toString());
    }
    return new Node(position, color(take(Kind.COLOR).text()), index);
  }

  private Token take(Kind kind) {
    Token taken = token;
    if (taken.kind() != kind) {
      throw refuse(taken.index(), kind.words, taken.toString());
    }
    token = lexer.next();
    return taken;
  }

  private static Rgb color(String digits) {
    int width = digits.length() / 3;
    return new Rgb(
        channel(digits.substring(0, width)),
        channel(digits.substring(width, 2 * width)),
        channel(digits.substring(2 * width)));
  }

  // A single digit stands for itself twice: f is ff.
  private static int channel(String digits) {
    int value = HexFormat.fromHexDigits(digits);
    return digits.length() == 1 ? value * 0x11 : value;
  }

  private ColorMapException refuse(int index, String expected, String found) {
    return new ColorMapException(source, index, expected, found);
  }
}
