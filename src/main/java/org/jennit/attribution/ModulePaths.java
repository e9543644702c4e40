package org.jennit.attribution;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jennit.nn.Module;

/** Modules by the paths that users write. */
final class ModulePaths {
  private static final int SUGGESTIONS = 3;

  private ModulePaths() {}

  /**
   * @throws IllegalArgumentException for a path that is not there, naming those most like it
   */
  static Module find(Module model, String path) {
    try {
      return model.get_submodule(path);
    } catch (IllegalArgumentException e) {
      List<String> known =
          model.named_modules().keySet().stream().filter(name -> !name.isEmpty()).toList();
      String like =
          known.stream()
              .sorted(Comparator.comparingInt(name -> distance(name, path)))
              .limit(SUGGESTIONS)
              .map(name -> "'" + name + "'")
              .collect(Collectors.joining(", "));
      throw new IllegalArgumentException(
          "the model has no module '"
              + path
              + "'"
              + (like.isEmpty() ? "" : "; did you mean " + like + "?"),
          e);
    }
  }

  /** The number of characters to insert, delete or replace (Levenshtein 1966). */
  static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
