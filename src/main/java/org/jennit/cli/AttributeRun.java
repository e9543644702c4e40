package org.jennit.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.bytedeco.javacpp.PointerScope;
import org.jennit.attribution.Attributor;
import org.jennit.core.Composite;
import org.jennit.explain.AttributorFactory;
import org.jennit.explain.AttributorName;
import org.jennit.explain.BatchExplainer;
import org.jennit.explain.Compute;
import org.jennit.explain.HeatmapPainter;
import org.jennit.explain.InputFormat;
import org.jennit.explain.LoadedModel;
import org.jennit.explain.RuleFactory;
import org.jennit.explain.RuleSettings;
import org.jennit.explain.Target;
import org.jennit.explain.TargetChoice;

/** One run of {@code jennit attribute}: image by image, or batch by batch. */
final class AttributeRun {
  // Enough for the writer never to wait, and few enough to be no memory worth naming.
  private static final int RESULTS_BEHIND = 32;

  private final AttributeCommand command;
  private final HeatmapPainter painter;
  private final AttributorFactory factory;
  private final List<InputFile> files;
  private final Map<String, String> settings;
  private final List<String> unreadable = new ArrayList<>();
  private final PrintWriter out;
  private int skipped;
  private int done;

  AttributeRun(
      AttributeCommand command,
      HeatmapPainter painter,
      AttributorFactory factory,
      List<InputFile> files) {
    this.command = command;
    this.painter = painter;
    this.factory = factory;
    this.files = files;
    settings = Settings.of(command.spec);
    out = command.spec.commandLine().getOut();
  }

  int run() throws IOException {
    Path folder = command.output.output;
    if (command.output.resume) {
      requireSameSettings(folder);
    }
    Compute compute = command.compute.start(command.spec);
    try (PointerScope temporaries = new PointerScope();
        LoadedModel model = command.modelOptions.load(command.model, compute, true)) {
      InputFormat format = InputFormat.of(command.preprocessing.settings(), model);
      TargetChoice choice = TargetChoice.parse(command.target.targets, model.labels());
      AttributorName kind = command.attributor.attributor;
      Composite composite =
          new RuleFactory(command.rules.settings(), model, format).composite(kind.composite());
      try (Attributor<?> attributor = factory.attributor(model, composite)) {
        BatchExplainer explainer =
            new BatchExplainer(model, format, attributor, choice, !factory.layers().isEmpty());
        if (command.output.report == null) {
          attributor.open();
          attribute(model, format, choice, explainer, null);
        } else {
          // Not opened: the report's account registers the composite by itself.
          boolean accounts =
              kind.goesWithRules()
                  && !RuleSettings.NONE.equals(command.rules.composite)
                  && !command.output.noConservation;
          ReportSink report = new ReportSink(model, accounts ? composite : null, painter, settings);
          attribute(model, format, choice, explainer, report);
          report.write(command.output.report);
        }
      }
    }
    return summarize(folder);
  }

  private void requireSameSettings(Path folder) throws IOException {
    try {
      Settings.requireEqual(folder, settings);
    } catch (IllegalArgumentException e) {
      throw Usage.wrong(command.spec, "--resume: " + e.getMessage());
    }
  }

  private void attribute(
      LoadedModel model,
      InputFormat format,
      TargetChoice choice,
      BatchExplainer explainer,
      ReportSink report)
      throws IOException {
    ResultFiles names =
        new ResultFiles(command.output.output, command.output.format, factory.layers());
    long outputs = BatchExplainer.outputs(model, format);
    List<Target> expected = choice.targets(outputs);
    Settings.write(command.output.output, settings);
    ResultSink sink = new ResultSink(names, writer());
    List<Batch> batches = batches(names, expected);
    Iterator<Callable<ImageBatch>> reading =
        batches.stream()
            .filter(batch -> !batch.isThere)
            .<Callable<ImageBatch>>map(batch -> () -> ImageBatch.read(batch.files, format))
            .iterator();
    // Files are read and results written while the model works.
    try (Interruption interruption = new Interruption();
        Progress progress = Progress.of(files.size(), out);
        Ahead<ImageBatch> images = new Ahead<>(reading);
        Behind writing = new Behind(RESULTS_BEHIND)) {
      for (Batch batch : batches) {
        if (interruption.requested()) {
          break;
        }
        if (batch.isThere) {
          skipped += batch.files.size();
          writing.add(() -> batch.files.forEach(f -> progress.step(f.file() + ": is there")));
        } else {
          try (ImageBatch taken = images.take()) {
            explain(taken, explainer, report, sink, writing);
          }
          writing.add(() -> batch.files.forEach(file -> progress.step(sink.line(file))));
        }
      }
    }
  }

  /** Files that are explained together. */
  private record Batch(List<InputFile> files, boolean isThere) {}

  // Cut before what is done is left out, so that an image always has the same company: the last
  // bits of a sum depend on it.
  private List<Batch> batches(ResultFiles names, List<Target> expected) {
    List<Batch> batches = new ArrayList<>();
    int size = command.output.batchSize;
    for (int start = 0; start < files.size(); start += size) {
      List<InputFile> batch = files.subList(start, Math.min(files.size(), start + size));
      boolean isThere =
          command.output.resume && batch.stream().allMatch(f -> names.areThere(f, expected));
      batches.add(new Batch(batch, isThere));
    }
    return batches;
  }

  private void explain(
      ImageBatch batch,
      BatchExplainer explainer,
      ReportSink report,
      ResultSink sink,
      Behind writing)
      throws IOException {
    unreadable.addAll(batch.unreadable());
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
            writing.add(
                () -> {
                  try (PointerScope temporaries = new PointerScope();
                      result) {
                    sink.accept(file, result, answer);
                  }
                });
          });
    }
    done += batch.files().size();
  }

  private ResultWriter writer() {
    return switch (command.output.format) {
      case png ->
          (input, result, file) -> painter.paint(result.relevance(), result.picture()).save(file);
      case npy -> new NpyWriter();
      case safetensors -> new SafeTensorsWriter(settings);
      case tokens, json -> throw new IllegalStateException("of texts");
    };
  }

  private int summarize(Path folder) {
    if (files.size() > 1) {
      out.printf(
          Locale.ROOT,
          "%d of %d images explained in %s%s%n",
          done,
          files.size(),
          folder,
          skipped == 0 ? "" : ", " + skipped + " were there");
      out.flush();
    }
    return Unreadable.report(unreadable, files.size(), command.spec);
  }
}
