package org.jennit.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.jennit.core.Canonizer;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Coverage;
import org.jennit.explain.Compute;
import org.jennit.explain.InputFormat;
import org.jennit.explain.LoadedModel;
import org.jennit.explain.RuleFactory;
import org.jennit.explain.RuleSettings;
import org.jennit.nn.Module;

/** One run of {@code jennit inspect}. */
final class Inspection {
  private final InspectCommand command;
  private final PrintWriter out;

  Inspection(InspectCommand command) {
    this.command = command;
    out = command.spec.commandLine().getOut();
  }

  void run() throws IOException {
    Compute compute = command.compute.start(command.spec);
    try (PointerScope temporaries = new PointerScope();
        LoadedModel model = command.modelOptions.load(command.model, compute, false)) {
      InputFormat format = InputFormat.of(command.preprocessing.settings(), model);
      RuleFactory rules = new RuleFactory(command.rules.settings(), model, format);
      if (command.rules.composite == null && !asksForCanonizers()) {
        out.print(ModuleTable.of(model.module(), shapes(model, format)));
      } else {
        canonizers(model.module(), rules.canonizers());
        rules(model, format, rules.composite(RuleSettings.NONE));
      }
      out.flush();
    }
  }

  private boolean asksForCanonizers() {
    return !command.rules.canonizers.equals(List.of(RuleSettings.AUTO));
  }

  private Map<String, String> shapes(LoadedModel model, InputFormat format) {
    try {
      return OutputShapes.of(model, format);
    } catch (RuntimeException e) {
      PrintWriter err = command.spec.commandLine().getErr();
      err.println(
          "jennit: no shapes, since the model does not take an input of "
              + OutputShapes.text(format.shape(1))
              + " (see --crop and --grey): "
              + ErrorReporter.oneLine(ErrorReporter.describe(e)));
      err.flush();
      return Map.of();
    }
  }

  private void canonizers(Module model, List<Canonizer> canonizers) {
    List<Canonizer> applied = new ArrayList<>();
    try {
      for (Canonizer canonizer : canonizers) {
        TreeState before = new TreeState(model);
        applied.addAll(canonizer.apply(model));
        List<String> changes = before.changesTo(new TreeState(model));
        out.println(
            canonizer.getClass().getSimpleName()
                + (changes.isEmpty() ? " would change nothing." : " would change:"));
        changes.forEach(change -> out.println("  " + change));
        out.println();
      }
    } finally {
      Collections.reverse(applied);
      applied.forEach(Canonizer::remove);
    }
  }

  private void rules(LoadedModel model, InputFormat format, Composite composite) {
    if (composite == null) {
      out.print(ModuleTable.of(model.module(), shapes(model, format)));
      return;
    }
    // What has no rule is said below, in full.
    Coverage coverage = composite.coverage();
    composite.coverage(Coverage.IGNORE);
    try (CompositeContext context = composite.context(model.module())) {
      ModuleTable table = ModuleTable.of(model.module(), shapes(model, format), context.rules());
      out.print(table);
      if (coverage != Coverage.IGNORE && !table.uncovered().isEmpty()) {
        out.println();
        out.println(
            "Without a rule, so that relevance passes as a gradient: "
                + String.join(", ", table.uncovered()));
      }
    }
  }
}
