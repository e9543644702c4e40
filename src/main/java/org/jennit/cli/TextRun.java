package org.jennit.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.core.Composite;
import org.jennit.explain.Compute;
import org.jennit.explain.HeatmapPainter;
import org.jennit.explain.Labels;
import org.jennit.explain.LoadedModel;
import org.jennit.explain.ModelLoader;
import org.jennit.explain.RuleFactory;
import org.jennit.explain.RuleSettings;
import org.jennit.explain.TextExplainer;
import org.jennit.explain.TextSettings;
import picocli.CommandLine.Model.CommandSpec;

/** One run of {@code jennit attribute --text}: text by text. */
final class TextRun {
  // Composites that change the gradient in place of making relevance of it.
  private static final Set<String> GRADIENTS =
      Set.of(RuleSettings.NONE, "beta_smooth", "deconvnet", "guided_backprop");
  private static final String COMPOSITE = "epsilon_plus";

  private final AttributeCommand command;
  private final CommandSpec spec;
  private final HeatmapPainter painter;
  private final List<TextSink> sinks = new ArrayList<>();

  /**
   * @param painter of the colours behind the tokens
   */
  TextRun(AttributeCommand command, HeatmapPainter painter) {
    this.command = command;
    this.painter = painter;
    spec = command.spec;
  }

  int run() throws IOException {
    List<String> texts = command.text.read(spec);
    Tokenizer tokenizer = new Tokenizer(command.text.tokenizer);
    List<TokenizedText> tokenized = tokenizer.tokenize(texts);
    Compute compute = command.compute.start(spec);
    Labels labels =
        command.modelOptions.labels != null
            ? Labels.read(command.modelOptions.labels)
            : Labels.of(Vocabulary.read(tokenizer.file()), tokenizer.file().toString());
    ModelLoader loader =
        new ModelLoader(command.modelOptions.settings(command.model), compute, true);
    try (PointerScope temporaries = new PointerScope();
        LoadedModel model = loader.load(labels)) {
      TextReport report =
          command.output.report == null ? null : new TextReport(model, painter, Settings.of(spec));
      sinks.add(printer(texts.size()));
      if (report != null) {
        sinks.add(report);
      }
      explain(model, tokenized);
      if (report != null) {
        report.write(command.output.report);
      }
    }
    return ExitCode.DONE;
  }

  private TextSink printer(int total) {
    return command.output.format == OutputOptions.Format.json
        ? new TokenJson(spec.commandLine().getOut())
        : new TokenLines(
            spec.commandLine().getOut(),
            spec.commandLine().getColorScheme().ansi().enabled() ? painter : null,
            total);
  }

  private void explain(LoadedModel model, List<TokenizedText> texts) throws IOException {
    RuleSettings rules = command.rules.settings();
    Composite composite = new RuleFactory(rules, model, null).composite(COMPOSITE);
    boolean gradient = rules.composite() != null && GRADIENTS.contains(rules.composite());
    TextSettings settings =
        new TextSettings(
            command.target.targets,
            command.text.against,
            command.text.position,
            command.text.embedding);
    List<TextOptions.Input> wanted = command.text.inputs(model.module());
    try (Interruption interruption = new Interruption();
        TextExplainer explainer = new TextExplainer(model, composite, gradient, settings)) {
      for (int i = 0; i < texts.size() && !interruption.requested(); i++) {
        int number = i + 1;
        TokenizedText text = texts.get(i);
        try (PointerScope temporaries = new PointerScope()) {
          explainer.explain(
              inputs(text, wanted),
              result -> {
                for (TextSink sink : sinks) {
                  sink.accept(number, text, result);
                }
              });
        }
      }
    }
  }

  private static List<Tensor> inputs(TokenizedText text, List<TextOptions.Input> wanted) {
    return wanted.stream()
        .map(
            input ->
                switch (input) {
                  case ids -> text.ids();
                  case mask -> text.mask();
                  case types -> text.types();
                })
        .toList();
  }
}
