package org.jennit.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jennit.explain.Result;
import org.jennit.explain.Scores;

/** Writes results, and remembers what to say of each image. */
final class ResultSink {
  private final ResultFiles names;
  private final ResultWriter writer;
  private final Map<InputFile, Summary> summaries = new HashMap<>();

  /** What there is of one image: the model's answer, the first file, and how many more. */
  private record Summary(String answer, Path first, int more) {}

  ResultSink(ResultFiles names, ResultWriter writer) {
    this.names = names;
    this.writer = writer;
  }

  /**
   * @param answer what the model says of the image
   */
  void accept(InputFile input, Result result, String answer) throws IOException {
    Path file = names.of(input, result);
    writer.write(input, result, file);
    summaries.merge(
        input,
        new Summary(answer, file, 0),
        (before, now) -> new Summary(before.answer, before.first, before.more + 1));
  }

  /** The largest output of the one sample. */
  static String answer(Scores scores) {
    int best = scores.ranked(0, 0);
    return String.format(Locale.ROOT, "%s (%.4g)", scores.label(best), scores.value(0, best));
  }

  /** One line about an image, which is then forgotten. */
  String line(InputFile input) {
    Summary summary = summaries.remove(input);
    if (summary == null) {
      return input.file() + ": not read";
    }
    return input.file()
        + ": "
        + summary.answer
        + " -> "
        + summary.first
        + (summary.more == 0 ? "" : " and " + summary.more + " more");
  }
}
