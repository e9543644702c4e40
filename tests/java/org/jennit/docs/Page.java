package org.jennit.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A page of the documentation and the Java in it.
 *
 * <p>Three things of a page are Java: a block ({@code ```java}); a comment {@code <!-- prelude},
 * whose statements run before every block below it, up to the next such comment; and a comment
 * {@code <!-- check}, whose statements run after the block above it.
 *
 * @param name of the file, without its ending
 */
record Page(String name, List<String> lines, List<Block> blocks) {
  static final Path FOLDER = Path.of("src/site/markdown");
  private static final String PRELUDE = "<!-- prelude";
  private static final String CHECK = "<!-- check";

  /**
   * Some lines of a page.
   *
   * @param line the number of the first of them, from 1
   */
  record Snippet(int line, List<String> lines) {
    static final Snippet NONE = new Snippet(1, List.of());
  }

  /** A block with what runs before and after it. */
  record Block(Snippet prelude, Snippet code, Snippet check) {}

  /** All pages, by name. */
  static List<Page> all() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .map(Page::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Page read(Path file) {
    String name = file.getFileName().toString().replace(".md", "");
    try {
      List<String> lines = Files.readAllLines(file);
      return new Page(name, lines, blocks(name, lines));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Block> blocks(String name, List<String> lines) {
    List<Block> blocks = new ArrayList<>();
    Snippet prelude = Snippet.NONE;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      boolean fence = line.startsWith("```");
      if (!fence && !line.equals(PRELUDE) && !line.equals(CHECK)) {
        refuse(line.contains("```") || line.contains(PRELUDE) || line.contains(CHECK), name, i);
        continue;
      }
      int end = end(name, lines, i, fence ? "```" : "-->");
      Snippet snippet = new Snippet(i + 2, lines.subList(i + 1, end));
      if (line.equals(PRELUDE)) {
        prelude = snippet;
      } else if (line.equals(CHECK)) {
        refuse(blocks.isEmpty(), name, i);
        Block last = blocks.remove(blocks.size() - 1);
        blocks.add(new Block(last.prelude(), last.code(), snippet));
      } else if (line.equals("```java")) {
        blocks.add(new Block(prelude, snippet, Snippet.NONE));
      }
      i = end;
    }
    return blocks;
  }

  private static int end(String name, List<String> lines, int start, String mark) {
    for (int i = start + 1; i < lines.size(); i++) {
      if (lines.get(i).equals(mark)) {
        return i;
      }
    }
    throw new IllegalArgumentException(place(name, start) + "is never closed");
  }

  private static void refuse(boolean wrong, String name, int index) {
    if (wrong) {
      throw new IllegalArgumentException(place(name, index) + "code must start a line of its own");
    }
  }

  private static String place(String name, int index) {
    return name + ".md:" + (index + 1) + ": ";
  }
}
