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
  /** Takes the results of files as they come, with all scores of the sample. */
  @FunctionalInterface
  interface Next {
    void accept(InputFile input, Result result, Scores scores) throws IOException;
  }

  private final ResultFiles names;
  private final ResultWriter writer;
  private final Next next;
  private final Map<InputFile, Summary> summaries = new HashMap<>();

  /** What there is of one image: the model's answer, the first file, and how many more. */
  private record Summary(String answer, Path first, int more) {}

  /**
   * @param next gets each result when it is written
   */
  ResultSink(ResultFiles names, ResultWriter writer, Next next) {
    this.names = names;
    this.writer = writer;
    this.next = next;
  }

  void accept(InputFile input, Result result, Scores scores) throws IOException {
    Path file = names.of(input, result);
    writer.write(input, result, file);
    summaries.merge(
        input,
        new Summary(answer(scores), file, 0),
        (before, now) -> new Summary(before.answer, before.first, before.more + 1));
    next.accept(input, result, scores);
  }

  private static String answer(Scores scores) {
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
