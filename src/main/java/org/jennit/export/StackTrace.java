package org.jennit.export;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The line of Python that a node of a program comes from: the innermost one that is not torch's.
 *
 * @param file the file, without what does not change where it lies
 * @param code the text of the line; empty where it is not known
 */
record StackTrace(String file, long line, String code) {
  private static final Pattern ENTRY =
      Pattern.compile("File \"([^\"\n]+)\", line (\\d{1,9}), in [^\n]*(?:\n[ \t]*([^\n]*))?");

  private static final Pattern TORCH = Pattern.compile("(^|.*[/\\\\])torch[/\\\\].*");

  /** The place in a trace as the file has it; null where it has none. */
  static StackTrace user(String trace) {
    StackTrace found = null;
    Matcher entry = ENTRY.matcher(trace);
    while (entry.find()) {
      if (found == null || !TORCH.matcher(entry.group(1)).matches()) {
        String code = entry.group(3) == null ? "" : entry.group(3).strip();
        found = new StackTrace(plain(entry.group(1)), Long.parseLong(entry.group(2)), code);
      }
    }
    return found;
  }

  private static String plain(String file) {
    return file.replaceAll("/{2,}", "/").replaceAll("(^|/)(\\./)+", "$1");
  }
}
