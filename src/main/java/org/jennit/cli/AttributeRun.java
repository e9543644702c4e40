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
    ResultSink sink = new ResultSink(names, writer());
    List<FileBatch> batches =
        FileBatch.cut(
            files,
            command.output.batchSize,
            file -> command.output.resume && names.areThere(file, expected));
    Iterator<Callable<ImageBatch>> reading =
        batches.stream()
            .filter(batch -> !batch.isThere())
            .<Callable<ImageBatch>>map(batch -> () -> ImageBatch.read(batch.files(), format))
            .iterator();
    try (Interruption interruption = new Interruption();
        Progress progress = Progress.of(files.size(), out);
        Shares shares = Shares.of(workers(model, batches.size(), report));
        Behind writing = new Behind(RESULTS_BEHIND);
        Ahead<ImageBatch> images = new Ahead<>(reading)) {
      Settings.write(command.output.output, settings);
      BatchWork work = new BatchWork(explainer, shares, report, sink, writing);
      Iterator<Callable<BatchWork.Outcome>> explaining =
          batches.stream()
              .takeWhile(batch -> !interruption.requested())
              .map(
                  batch ->
                      batch.isThere()
                          ? BatchWork.skipping(batch)
                          : work.explaining(batch, images.next()))
              .iterator();
      // Files are read, and results written, while others are explained.
      try (Ahead<BatchWork.Outcome> outcomes = new Ahead<>(explaining, shares.workers())) {
        while (outcomes.hasNext()) {
          BatchWork.Outcome batch = outcomes.take();
          unreadable.addAll(batch.unreadable());
          skipped += batch.skipped();
          done += batch.explained();
          writing.add(() -> batch.files().forEach(file -> progress.step(line(batch, file, sink))));
        }
      }
    }
  }

  private static String line(BatchWork.Outcome batch, InputFile file, ResultSink sink) {
    return batch.skipped() > 0 ? file.file() + ": is there" : sink.line(file);
  }

  private int workers(LoadedModel model, int batches, ReportSink report) {
    Integer asked = command.output.workers;
    if (report != null || !model.compute().device().equals("cpu")) {
      return 1;
    }
    return Math.max(1, Math.min(batches, asked == null ? Shares.usual() : asked));
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
