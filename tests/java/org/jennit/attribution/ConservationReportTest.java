package org.jennit.attribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.JennitException;
import org.jennit.attribution.ConservationReport.Row;
import org.jennit.canonizers.SequentialMergeBatchNorm;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.EpsilonPlus;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Hook;
import org.jennit.core.Numeric;
import org.jennit.core.Stabilizer;
import org.jennit.nn.BatchNorm2d;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Flatten;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.rules.Epsilon;
import org.jennit.rules.Pass;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The report of a whole model: its rows, its table and its refusals. */
class ConservationReportTest {
  private static final double TOLERANCE = 1e-9;
  private static final Stabilizer STABILIZER = new Stabilizer(0.1);

  private final PointerScope scope = new PointerScope();

  @AfterEach
  void close() {
    scope.close();
  }

  private static Sequential chain() {
    Sequential model =
        Numeric.drawn(
            new Sequential(
                new Conv2d(2, 3, 2),
                new BatchNorm2d(3),
                new ReLU(),
                new Flatten(),
                new Linear(12, 4)),
            6);
    model.eval();
    return model;
  }

  private static Composite merged() {
    return new EpsilonPlus(new CompositeOptions().canonizers(new SequentialMergeBatchNorm()));
  }

  @Test
  void rowsStandInTheOrderOfTheCallsAndExplainTheModel() {
    Map<String, Hook> hooks = new LinkedHashMap<>();
    hooks.put("0", new Epsilon(STABILIZER));
    hooks.put("1", new Pass());
    hooks.put("2", new Pass());
    hooks.put("4", new Epsilon(STABILIZER));
    ConservationReport report =
        ConservationReport.of(
            chain(), RuleConservationTest.rules(hooks), Numeric.normal(9, 2, 2, 3, 3), 1, 3);
    assertEquals(List.copyOf(hooks.keySet()), report.rows().stream().map(Row::path).toList());
    assertEquals(
        List.of("Epsilon", "Pass", "Pass", "Epsilon"),
        report.rows().stream().map(Row::rule).toList());
    assertEquals(2, report.relevance_in(), TOLERANCE);
    for (int i = 1; i < 4; i++) {
      assertEquals(
          report.rows().get(i).relevance_out(),
          report.rows().get(i - 1).relevance_in(),
          TOLERANCE,
          "nothing is lost between modules");
    }
    assertEquals(
        report.difference(), report.rows().stream().mapToDouble(Row::difference).sum(), TOLERANCE);
    for (Row row : report.rows()) {
      assertEquals(
          row.difference(), row.bias() + row.stabilizer() + row.other(), TOLERANCE, row.path());
    }
  }

  @Test
  void aContainerStandsBeforeWhatIsInIt() {
    Module model =
        Numeric.drawn(new Sequential(new Sequential(new Linear(2, 2)), new Linear(2, 2)), 1);
    Map<String, Hook> hooks = Map.of("0", new Pass(), "0.0", new Epsilon(), "1", new Epsilon());
    ConservationReport report =
        ConservationReport.of(model, RuleConservationTest.rules(hooks), Numeric.normal(1, 1, 2), 0);
    assertEquals(List.of("0", "0.0", "1"), report.rows().stream().map(Row::path).toList());
    // The container's rule speaks for what is in it, which no relevance reaches.
    assertEquals(report.rows().get(0).relevance_in(), report.rows().get(0).relevance_out());
    assertEquals(0, report.rows().get(1).relevance_in());
  }

  @Test
  void canonizersAreAppliedAndTakenBack() {
    Sequential model = chain();
    Tensor input = Numeric.normal(9, 2, 2, 3, 3);
    Tensor before = model.forward(input);
    ConservationReport report = ConservationReport.of(model, merged(), input, 0);
    Row conv = report.rows().get(0);
    Tensor relevance = new Gradient(model, merged()).apply(input, 0).relevance();
    assertEquals(relevance.sum().item_double(), report.relevance_out(), 1e-6);
    assertEquals(0, conv.other(), 1e-6, "the merged weights are what the rule saw");
    assertTrue(before.equal(model.forward(input)));
    assertEquals(0, model.modules().stream().mapToLong(m -> m.hooks().count()).sum());
  }

  @Test
  void theTableHoldsTheRows() {
    ConservationReport report =
        ConservationReport.of(chain(), merged(), Numeric.normal(9, 2, 2, 3, 3), 0);
    List<String> lines = report.toString().lines().toList();
    assertEquals(report.rows().size() + 2, lines.size());
    assertEquals(
        List.of("module", "type", "rule", "in", "out", "difference", "bias", "stabilizer", "other"),
        cells(lines.get(0)));
    for (int i = 0; i < report.rows().size(); i++) {
      Row row = report.rows().get(i);
      assertEquals(
          List.of(
              row.path(),
              row.type(),
              row.rule(),
              number(row.relevance_in()),
              number(row.relevance_out()),
              number(row.difference()),
              number(row.bias()),
              number(row.stabilizer()),
              number(row.other())),
          cells(lines.get(i + 1)));
    }
    List<String> model = cells(lines.get(lines.size() - 1));
    assertEquals("(model)", model.get(0));
    assertEquals(number(report.relevance_in()), model.get(1));
    assertEquals(number(report.relevance_out()), model.get(2));
    assertEquals(number(report.difference()), model.get(3));
    assertEquals(number(report.rows().stream().mapToDouble(Row::bias).sum()), model.get(4));
    int end = lines.get(0).length();
    assertTrue(lines.stream().allMatch(line -> line.length() == end), "columns are aligned");
  }

  @Test
  void theTableNamesTheRoot() {
    Linear layer = Numeric.drawn(new Linear(2, 2), 1);
    String table =
        ConservationReport.of(
                layer,
                RuleConservationTest.rules(Map.of("", new Epsilon())),
                Numeric.normal(1, 1, 2),
                0)
            .toString();
    assertEquals(
        List.of("(root)", "Linear", "Epsilon"), cells(table.lines().toList().get(1)).subList(0, 3));
  }

  private static List<String> cells(String line) {
    return List.of(line.trim().split(" +", -1));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.6g", value);
  }

  @Test
  void floatsGiveTheSameReport() {
    Sequential model = chain();
    Tensor input = Numeric.normal(9, 2, 2, 3, 3);
    List<Row> exact = ConservationReport.of(model, merged(), input, 0).rows();
    model.to(ScalarType.Float);
    List<Row> rough = ConservationReport.of(model, merged(), input.to(ScalarType.Float), 0).rows();
    for (int i = 0; i < exact.size(); i++) {
      assertEquals(exact.get(i).relevance_out(), rough.get(i).relevance_out(), 1e-4);
      assertEquals(exact.get(i).bias(), rough.get(i).bias(), 1e-4);
      assertEquals(exact.get(i).other(), rough.get(i).other(), 1e-4);
    }
  }

  @Test
  void aRegisteredCompositeIsRefused() {
    Sequential model = chain();
    Composite composite = merged();
    Tensor input = Numeric.normal(9, 1, 2, 3, 3);
    try (CompositeContext context = composite.context(model)) {
      IllegalStateException refusal =
          assertThrows(
              IllegalStateException.class, () -> ConservationReport.of(model, composite, input, 0));
      assertTrue(refusal.getMessage().contains("remove it first"), refusal.getMessage());
      assertEquals(context.model(), model);
    }
    assertEquals(1, ConservationReport.of(model, composite, input, 0).relevance_in());
  }

  @Test
  void wrongRelevancesOfTheOutputAreRefusedAndNothingStays() {
    Sequential model = chain();
    Tensor input = Numeric.normal(9, 1, 2, 3, 3);
    assertRefused(model, input, output -> null, "attr_output answered null");
    assertRefused(model, input, output -> output.sum(), "attr_output has the shape []");
    assertRefused(model, input, new Targets(4), "there is no target 4");
    assertThrows(
        NullPointerException.class,
        () -> ConservationReport.of(model, merged(), input, (UnaryOperator<Tensor>) null));
    assertThrows(
        JennitException.class,
        () -> ConservationReport.of(model, merged(), Numeric.normal(1, 1, 9), 0));
    assertEquals(0, model.modules().stream().mapToLong(m -> m.hooks().count()).sum());
  }

  private static void assertRefused(
      Module model, Tensor input, UnaryOperator<Tensor> attr_output, String message) {
    JennitException refusal =
        assertThrows(
            JennitException.class,
            () -> ConservationReport.of(model, merged(), input, attr_output));
    assertTrue(refusal.getMessage().contains(message), refusal.getMessage());
  }
}
