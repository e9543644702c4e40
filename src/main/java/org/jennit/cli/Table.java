package org.jennit.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows of text in columns. */
final class Table {
  private final List<String> header;
  private final int words;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * @param words how many columns, from the left, hold words, which stand to the left; the others
   *     hold numbers, which stand to the right
   */
  Table(int words, String... header) {
    this.words = words;
    this.header = List.of(header);
    rows.add(this.header);
  }

  void add(String... cells) {
    rows.add(List.of(cells));
  }

  @Override
  public String toString() {
    int[] widths = new int[header.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      text.append(line(row, widths)).append(System.lineSeparator());
    }
    return text.toString();
  }

  private String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String gap = " ".repeat(widths[i] - row.get(i).length());
      line.append(i < words ? row.get(i) + gap : gap + row.get(i)).append("  ");
    }
    return line.toString().stripTrailing();
  }
}
