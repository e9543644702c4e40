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

/** One run of {@code jennit attribute}: image by image, or batch by batch. */
final class AttributeRun {
  private final AttributeCommand command;
  private final HeatmapPainter painter;
  private final List<InputFile> files;
  private final Map<String, String> settings;
  private final List<String> unreadable = new ArrayList<>();
  private final PrintWriter out;
  private int skipped;
  private int done;

  AttributeRun(AttributeCommand command, HeatmapPainter painter, List<InputFile> files) {
    this.command = command;
    this.painter = painter;
    this.files = files;
    settings = Settings.of(command.spec);
    out = command.spec.commandLine().getOut();
  }

  int run() throws IOException {
    Path folder = command.output.output;
    if (command.output.resume) {
      requireSameSettings(folder);
    }
    Compute compute = Compute.of(command.compute, command.spec);
    ModelLoader loader = new ModelLoader(command.modelOptions, compute, command.spec, true);
    try (PointerScope temporaries = new PointerScope();
        LoadedModel model = loader.load(command.model)) {
      InputFormat format = InputFormat.of(command.preprocessing, model, command.spec);
      TargetChoice choice =
          Usage.of(
              command.spec,
              "--target",
              () -> TargetChoice.parse(command.target.targets, model.labels()));
      AttributorName kind = command.attributor.attributor;
      Composite composite =
          new RuleFactory(command.rules, model, format, command.spec)
              .composite(kind.goesWithRules() ? "epsilon_gamma_box" : CompositeNames.NONE);
      try (Attributor<?> attributor =
          new AttributorFactory(command.attributor, command.spec)
              .attributor(model.module(), composite)) {
        Explainer explainer = new Explainer(model, format, attributor, choice, !layers().isEmpty());
        if (command.output.report == null) {
          attributor.open();
          attribute(model, format, choice, explainer, (result, scores) -> {});
        } else {
          // Not opened: the report's account registers the composite by itself.
          boolean accounts =
              kind.goesWithRules()
                  && !CompositeNames.NONE.equals(command.rules.composite)
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
      Explainer explainer,
      Explainer.Sink report)
      throws IOException {
    ResultFiles names = new ResultFiles(command.output.output, command.output.format, layers());
    long outputs = Explainer.outputs(model, format);
    List<Target> expected = Usage.of(command.spec, "--target", () -> choice.targets(outputs));
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
          model.compute().reseed(start);
          explain(batch, format, explainer, sink, progress);
        }
      }
    }
  }

  private void explain(
      List<InputFile> batch,
      InputFormat format,
      Explainer explainer,
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
        explainer.explain(readable, images, sink);
      }
      done += readable.size();
      batch.forEach(file -> progress.step(sink.line(file)));
    }
  }

  /** The modules whose relevance is written; GradCAM's layer is not one of them. */
  private List<String> layers() {
    return command.attributor.attributor == AttributorName.gradient
        ? command.attributor.layers
        : List.of();
  }

  private ResultWriter writer() {
    return switch (command.output.format) {
      case png -> (result, file) -> painter.paint(result.relevance(), result.picture()).save(file);
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
