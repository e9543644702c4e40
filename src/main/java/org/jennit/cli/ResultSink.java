package org.jennit.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Writes results, and remembers what to say of each image. */
final class ResultSink implements Explainer.Sink {
  private final ResultFiles names;
  private final ResultWriter writer;
  private final Explainer.Sink next;
  private final Map<InputFile, Summary> summaries = new HashMap<>();

  /** What there is of one image: the model's answer, the first file, and how many more. */
  private record Summary(String answer, Path first, int more) {}

  /**
   * @param next gets each result when it is written
   */
  ResultSink(ResultFiles names, ResultWriter writer, Explainer.Sink next) {
    this.names = names;
    this.writer = writer;
    this.next = next;
  }

  @Override
  public void accept(Result result, Scores scores) throws IOException {
    Path file = names.of(result);
    writer.write(result, file);
    summaries.merge(
        result.input(),
        new Summary(answer(scores), file, 0),
        (before, now) -> new Summary(before.answer, before.first, before.more + 1));
    next.accept(result, scores);
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
