package org.jennit.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.PointerScope;
import org.jennit.explain.BatchExplainer;
import org.jennit.explain.Result;

/**
 * Explains batches and hands their results on to be written. Its steps may run side by side.
 *
 * @param shares what each step takes its threads from
 * @param report also hears of each result; null without one
 * @param writing where the results are written, in the order of their coming
 */
record BatchWork(
    BatchExplainer explainer, Shares shares, ReportSink report, ResultSink sink, Behind writing) {

  /** What became of a batch. */
  record Outcome(List<InputFile> files, int explained, int skipped, List<String> unreadable) {}

  /** Leaves a batch alone whose results are there. */
  static Callable<Outcome> skipping(FileBatch batch) {
    return () -> new Outcome(batch.files(), 0, batch.files().size(), List.of());
  }

  /** Explains the images of a batch, which another thread reads. */
  Callable<Outcome> explaining(FileBatch batch, Future<ImageBatch> reading) {
    return () -> {
      shares.take();
      try (ImageBatch images = Behind.result(reading)) {
        explain(images);
        return new Outcome(batch.files(), images.files().size(), 0, images.unreadable());
      }
    };
  }

  private void explain(ImageBatch batch) throws IOException {
    if (!batch.files().isEmpty()) {
      explainer.explain(
          batch.images(),
          (result, scores) -> {
            InputFile file = batch.files().get(result.sample());
            if (report != null) {
              report.accept(file, result, scores);
            }
            String answer = ResultSink.answer(scores);
            result.retain();
            writing.add(() -> write(file, result, answer));
          });
    }
  }

  private void write(InputFile file, Result result, String answer) throws IOException {
    try (PointerScope temporaries = new PointerScope();
        result) {
      sink.accept(file, result, answer);
    }
  }
}
