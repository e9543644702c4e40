package org.jennit.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.core.Hook;
import org.jennit.nn.GraphModule;
import org.jennit.nn.Module;
import org.jennit.types.Activation;

/** A model as a table, a line for each module, with the rule of each where there are rules. */
final class ModuleTable {
  private static final int LONGEST_TYPE = 60;

  private final Map<String, String> shapes;
  private final Map<String, Hook> rules;
  private final Map<String, String> sources = new HashMap<>();
  private final Table table;
  private final List<String> uncovered = new ArrayList<>();
  private long parameters;

  private ModuleTable(Module model, Map<String, String> shapes, Map<String, Hook> rules) {
    this.shapes = shapes;
    this.rules = rules;
    model.named_modules().forEach(this::noteSources);
    List<String> header = cells("module", "type", "output", "rule", "source", "parameters");
    table = new Table(header.size() - 1, header.toArray(String[]::new));
  }

  /** The lines of Python that call the children of a module. */
  private void noteSources(String path, Module module) {
    if (module instanceof GraphModule graph) {
      String prefix = path.isEmpty() ? "" : path + ".";
      graph.child_places().forEach((name, place) -> sources.put(prefix + name, place));
    }
  }

  /** A row, without the columns that this table does not have. */
  private List<String> cells(
      String module, String type, String output, String rule, String source, String parameters) {
    List<String> cells = new ArrayList<>(List.of(module, type, output));
    if (rules != null) {
      cells.add(rule);
    }
    if (!sources.isEmpty()) {
      cells.add(source);
    }
    cells.add(parameters);
    return cells;
  }

  static ModuleTable of(Module model, Map<String, String> shapes) {
    return of(model, shapes, null);
  }

  /**
   * A table.
   *
   * @param shapes of the outputs by path, where known
   * @param rules by path; null: none are shown
   */
  static ModuleTable of(Module model, Map<String, String> shapes, Map<String, Hook> rules) {
    ModuleTable made = new ModuleTable(model, shapes, rules);
    model.named_modules().forEach(made::add);
    return made;
  }

  private void add(String path, Module module) {
    long own = count(module);
    parameters += own;
    String shape = shapes.getOrDefault(path, "");
    String number = own == 0 ? "" : number(own);
    String rule = rules == null ? "" : rule(path, module, own > 0);
    String source = sources.getOrDefault(path, "");
    table.add(cells(name(path), type(module), shape, rule, source, number).toArray(String[]::new));
  }

  private static long count(Module module) {
    try (PointerScope temporaries = new PointerScope()) {
      return module.named_parameters(false).values().stream().mapToLong(Tensor::numel).sum();
    }
  }

  private static String name(String path) {
    long depth = path.isEmpty() ? 0 : path.chars().filter(c -> c == '.').count() + 1;
    String last = path.substring(path.lastIndexOf('.') + 1);
    return "  ".repeat((int) depth) + (path.isEmpty() ? "(root)" : last);
  }

  private static String type(Module module) {
    if (!module.named_children().isEmpty()) {
      return module.type_name();
    }
    String text = module.toString();
    return text.length() <= LONGEST_TYPE ? text : text.substring(0, LONGEST_TYPE - 3) + "...";
  }

  private String rule(String path, Module module, boolean hasParameters) {
    Hook rule = rules.get(path);
    if (rule != null) {
      return rule.name();
    }
    if (!isInsideRule(path) && (hasParameters || module instanceof Activation)) {
      uncovered.add(path.isEmpty() ? "(root)" : path);
      return "none";
    }
    return "";
  }

  private boolean isInsideRule(String path) {
    return rules.keySet().stream().anyMatch(of -> of.isEmpty() || path.startsWith(of + "."));
  }

  /** The modules that got no rule though they have parameters, or are activations. */
  List<String> uncovered() {
    return uncovered;
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  @Override
  public String toString() {
    return table + number(parameters) + " parameters" + System.lineSeparator();
  }
}
