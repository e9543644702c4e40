package org.jennit.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.attribution.ConservationReport;
import org.jennit.core.Composite;
import org.jennit.explain.BatchExplainer;
import org.jennit.explain.Compute;
import org.jennit.explain.InputFormat;
import org.jennit.explain.LoadedModel;
import org.jennit.explain.RuleFactory;
import org.jennit.explain.Scores;
import org.jennit.explain.Target;
import org.jennit.explain.TargetChoice;

/** One run of {@code jennit conserve}. */
final class ConserveRun {
  private final ConserveCommand command;
  private final List<InputFile> files;
  private final PrintWriter out;
  private final List<String> unreadable = new ArrayList<>();

  ConserveRun(ConserveCommand command, List<InputFile> files) {
    this.command = command;
    this.files = files;
    out = command.spec.commandLine().getOut();
  }

  int run() throws IOException {
    Compute compute = command.compute.start(command.spec);
    try (PointerScope temporaries = new PointerScope();
        LoadedModel model = command.modelOptions.load(command.model, compute, true)) {
      InputFormat format = InputFormat.of(command.preprocessing.settings(), model);
      TargetChoice choice = TargetChoice.parse(command.target.targets, model.labels());
      Composite composite =
          new RuleFactory(command.rules.settings(), model, format).composite("epsilon_gamma_box");
      for (InputFile file : files) {
        report(file, model, format, composite, choice);
      }
    }
    return Unreadable.report(unreadable, files.size(), command.spec);
  }

  private void report(
      InputFile file,
      LoadedModel model,
      InputFormat format,
      Composite composite,
      TargetChoice choice) {
    try (PointerScope temporaries = new PointerScope()) {
      Tensor input = model.compute().place(format.read(file.file())).unsqueeze(0);
      Scores scores = BatchExplainer.scores(input, model);
      List<Target> targets = choice.targets(scores.outputs());
      for (Target target : targets) {
        int index = (int) target.indices(scores.order())[0];
        out.printf("%s: %s%n", file.file(), scores.label(index));
        out.println(ConservationReport.of(model.module(), composite, input, index));
        out.println();
      }
      out.flush();
    } catch (IOException e) {
      unreadable.add(ErrorReporter.describe(e));
    }
  }
}
