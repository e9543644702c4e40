package org.jennit.attribution;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.core.Composite;
import org.jennit.nn.Module;

/**
 * Where the relevance of one attribution stays: what comes into each module with a rule at its
 * output, what leaves at its inputs, and what absorbed the difference. {@link #toString} is a
 * table. Holds numbers only; immutable.
 *
 * <p>A report runs each rule several times: it is for looking at a composite, not for attributing.
 */
public final class ConservationReport {

  /**
   * One call of one module with a rule.
   *
   * @param path of the module
   * @param type of the module, as torch prints it
   * @param rule its name
   * @param relevance_in sum over the module's output
   * @param relevance_out sum over the module's inputs
   * @param bias what the bias took: what the rule would hand to it if it were an input of the value
   *     one
   * @param stabilizer what the stabilizer took: the rest, where rule and module are known
   * @param other the rest, where they are not; and for Gamma the relevance of outputs that are zero
   */
  public record Row(
      String path,
      String type,
      String rule,
      double relevance_in,
      double relevance_out,
      double bias,
      double stabilizer,
      double other) {

    /** What the module did not hand on: the sum of bias, stabilizer and other. */
    public double difference() {
      return relevance_in - relevance_out;
    }
  }

  private final List<Row> rows;
  private final double relevance_in;
  private final double relevance_out;

  private ConservationReport(List<Row> rows, double relevance_in, double relevance_out) {
    this.rows = List.copyOf(rows);
    this.relevance_in = relevance_in;
    this.relevance_out = relevance_out;
  }

  /** For targets: see {@link Attributor#target}. */
  public static ConservationReport of(
      Module model, Composite composite, Tensor input, long... target) {
    Objects.requireNonNull(target, "target is null");
    return of(model, composite, input, new Targets(target));
  }

  /**
   * Attributes once and accounts for the relevance.
   *
   * @param composite must not be registered on the model; it is for the time of the report
   * @param attr_output from the model's output to the output's relevance
   * @throws IllegalStateException where the composite is registered
   */
  public static ConservationReport of(
      Module model, Composite composite, Tensor input, UnaryOperator<Tensor> attr_output) {
    Objects.requireNonNull(model, "model is null");
    Objects.requireNonNull(composite, "composite is null");
    Objects.requireNonNull(input, "input is null");
    Objects.requireNonNull(attr_output, "attr_output is null");
    if (composite.is_registered(model)) {
      throw new IllegalStateException(
          "the composite is registered on the model: a report registers it itself, remove it"
              + " first");
    }
    try (PointerScope temporaries = new PointerScope();
        ConservationTrace trace = new ConservationTrace(model, composite)) {
      return trace.see(() -> of(trace, input, attr_output));
    }
  }

  private static ConservationReport of(
      ConservationTrace trace, Tensor input, UnaryOperator<Tensor> attr_output) {
    List<Row> rows = new ArrayList<>();
    // Reading a row calls modules again, which must not become rows.
    for (ConservationTrace.Call call : List.copyOf(trace.run(input, attr_output))) {
      rows.add(row(call));
    }
    return new ConservationReport(
        rows, sum(List.of(trace.relevanceOfOutput())), sum(List.of(trace.relevanceOfInput())));
  }

  private static Row row(ConservationTrace.Call call) {
    try (PointerScope temporaries = new PointerScope()) {
      double in = sum(call.relevanceOfOutputs);
      double out = sum(call.relevanceOfInputs);
      Absorption absorbed =
          call.relevanceOfOutputs.stream().allMatch(Tensor::defined)
              ? Absorption.of(call, in - out, out)
              : new Absorption(0, 0, in - out);
      return new Row(
          call.path,
          call.module.type_name(),
          call.hook.name(),
          in,
          out,
          absorbed.bias(),
          absorbed.stabilizer(),
          absorbed.other());
    }
  }

  private static double sum(List<Tensor> relevances) {
    try (PointerScope temporaries = new PointerScope()) {
      return relevances.stream()
          .filter(Tensor::defined)
          .mapToDouble(r -> r.to(torch.ScalarType.Double).sum().item_double())
          .sum();
    }
  }

  /**
   * One for each call of a module with a rule, in the order of the calls; a container comes before
   * what is in it.
   */
  public List<Row> rows() {
    return rows;
  }

  /** The sum of the output's relevance. */
  public double relevance_in() {
    return relevance_in;
  }

  /** The sum of the input's relevance. */
  public double relevance_out() {
    return relevance_out;
  }

  /** What the model did not hand on; rows do not account for modules without a rule. */
  public double difference() {
    return relevance_in - relevance_out;
  }

  /** A table with a line for each row and one for the model. */
  @Override
  public String toString() {
    List<List<String>> lines = new ArrayList<>();
    lines.add(
        List.of(
            "module", "type", "rule", "in", "out", "difference", "bias", "stabilizer", "other"));
    for (Row row : rows) {
      lines.add(
          List.of(
              row.path().isEmpty() ? "(root)" : row.path(),
              row.type(),
              row.rule(),
              number(row.relevance_in()),
              number(row.relevance_out()),
              number(row.difference()),
              number(row.bias()),
              number(row.stabilizer()),
              number(row.other())));
    }
    lines.add(
        List.of(
            "(model)",
            "",
            "",
            number(relevance_in),
            number(relevance_out),
            number(difference()),
            number(total(Row::bias)),
            number(total(Row::stabilizer)),
            number(total(Row::other))));
    return table(lines);
  }

  private double total(Function<Row, Double> column) {
    return rows.stream().mapToDouble(column::apply).sum();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.6g", value);
  }

  private static String table(List<List<String>> lines) {
    int[] widths = new int[lines.get(0).size()];
    lines.forEach(
        line -> {
          for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], line.get(i).length());
          }
        });
    return lines.stream().map(line -> line(line, widths)).collect(Collectors.joining("\n"));
  }

  // Words to the left, numbers to the right.
  private static String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(
          String.format(i < 3 ? "%-" + widths[i] + "s  " : "%" + widths[i] + "s  ", cells.get(i)));
    }
    return line.toString().stripTrailing();
  }
}
