package org.jennit.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
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
          attribute(model, format, choice, explainer, (input, result, scores) -> {});
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

  // Batches are cut before what is done is left out, so that an image always has the same company:
  // the last bits of a sum depend on it.
  private void attribute(
      LoadedModel model,
      InputFormat format,
      TargetChoice choice,
      BatchExplainer explainer,
      ResultSink.Next report)
      throws IOException {
    ResultFiles names =
        new ResultFiles(command.output.output, command.output.format, factory.layers());
    long outputs = BatchExplainer.outputs(model, format);
    List<Target> expected = choice.targets(outputs);
    Settings.write(command.output.output, settings);
    ResultSink sink = new ResultSink(names, writer(), report);
    int size = command.output.batchSize;
    try (Interruption interruption = new Interruption();
        Progress progress = Progress.of(files.size(), out)) {
      for (int start = 0; start < files.size() && !interruption.requested(); start += size) {
        List<InputFile> batch = files.subList(start, Math.min(files.size(), start + size));
        if (command.output.resume && batch.stream().allMatch(f -> names.areThere(f, expected))) {
          skipped += batch.size();
          batch.forEach(file -> progress.step(file.file() + ": is there"));
        } else {
          explain(batch, format, explainer, sink, progress);
        }
      }
    }
  }

  private void explain(
      List<InputFile> batch,
      InputFormat format,
      BatchExplainer explainer,
      ResultSink sink,
      Progress progress)
      throws IOException {
    try (PointerScope temporaries = new PointerScope()) {
      List<InputFile> readable = new ArrayList<>();
      List<Tensor> images = new ArrayList<>();
      for (InputFile file : batch) {
        try {
          images.add(format.read(file.file()));
          readable.add(file);
        } catch (IOException e) {
          unreadable.add(ErrorReporter.describe(e));
        }
      }
      if (!readable.isEmpty()) {
        explainer.explain(
            images, (result, scores) -> sink.accept(readable.get(result.sample()), result, scores));
      }
      done += readable.size();
      batch.forEach(file -> progress.step(sink.line(file)));
    }
  }

  private ResultWriter writer() {
    return switch (command.output.format) {
      case png ->
          (input, result, file) -> painter.paint(result.relevance(), result.picture()).save(file);
      case npy -> new NpyWriter();
      case safetensors -> new SafeTensorsWriter(settings);
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
