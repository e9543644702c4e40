package org.jennit.attribution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.attribution.ConservationReport.Row;
import org.jennit.core.Composite;
import org.jennit.core.Coverage;
import org.jennit.core.Hook;
import org.jennit.core.Numeric;
import org.jennit.core.Stabilizer;
import org.jennit.nn.AvgPool2d;
import org.jennit.nn.Conv2d;
import org.jennit.nn.ConvOptions;
import org.jennit.nn.ConvTranspose1d;
import org.jennit.nn.Flatten;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.rules.AlphaBeta;
import org.jennit.rules.Epsilon;
import org.jennit.rules.Flat;
import org.jennit.rules.Gamma;
import org.jennit.rules.Norm;
import org.jennit.rules.WSquare;
import org.jennit.rules.ZBox;
import org.jennit.rules.ZPlus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What each rule is said to lose is what its formula loses, added by hand. */
class RuleConservationTest {
  private static final double TOLERANCE = 1e-9;
  private static final double EPSILON = 0.1;
  private static final Stabilizer STABILIZER = new Stabilizer(EPSILON);

  private final PointerScope scope = new PointerScope();

  @AfterEach
  void close() {
    scope.close();
  }

  static Composite rules(Map<String, ? extends Hook> rules) {
    return new Composite((context, name, module) -> rules.get(name)).coverage(Coverage.IGNORE);
  }

  private static Hook rule(String name, Stabilizer stabilizer, String... zero_params) {
    List<String> zero = List.of(zero_params);
    return switch (name) {
      case "Epsilon" -> new Epsilon(stabilizer, zero);
      case "ZPlus" -> new ZPlus(stabilizer, zero);
      case "AlphaBeta" -> new AlphaBeta(2, 1, stabilizer, zero);
      case "Gamma" -> new Gamma(0.25, stabilizer, zero);
      case "WSquare" -> new WSquare(stabilizer, zero);
      case "Flat" -> new Flat(stabilizer, zero);
      case "ZBox" -> new ZBox(-3, 3, stabilizer, zero);
      default -> throw new AssertionError(name);
    };
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Layer(Module module, long... sample) {}

  private static Map<String, Layer> layers() {
    Map<String, Layer> layers = new LinkedHashMap<>();
    layers.put("Linear", new Layer(new Linear(5, 4), 5));
    layers.put("Linear without bias", new Layer(new Linear(5, 4, false), 5));
    layers.put("Conv2d", new Layer(new Conv2d(2, 3, 2), 2, 4, 3));
    layers.put(
        "Conv2d, padded and strided",
        new Layer(new Conv2d(new ConvOptions(2, 4, 3).padding(1).stride(2).groups(2)), 2, 4, 5));
    layers.put(
        "Conv2d without bias",
        new Layer(new Conv2d(new ConvOptions(2, 3, 2).bias(false)), 2, 3, 3));
    layers.put("ConvTranspose1d", new Layer(new ConvTranspose1d(2, 3, 2), 2, 4));
    long seed = 1;
    for (Layer layer : layers.values()) {
      Numeric.drawn(layer.module(), seed++);
    }
    return layers;
  }

  @TestFactory
  Stream<DynamicTest> linearLayers() {
    List<String> rules =
        List.of("Epsilon", "ZPlus", "AlphaBeta", "Gamma", "WSquare", "Flat", "ZBox");
    Map<String, Layer> layers = layers();
    return rules.stream()
        .flatMap(
            rule ->
                layers.keySet().stream()
                    .map(
                        name ->
                            DynamicTest.dynamicTest(
                                rule + " on " + name, () -> check(rule, layers.get(name)))));
  }

  private static void check(String rule, Layer layer, String... zero_params) {
    Module model = new Sequential(layer.module());
    long[] batch = new long[layer.sample().length + 1];
    batch[0] = 2;
    System.arraycopy(layer.sample(), 0, batch, 1, layer.sample().length);
    Tensor input = Numeric.normal(7, batch);
    Tensor upper = Numeric.normal(8, model.forward(input).shape());
    AffineMap map = AffineMap.of(layer.module(), layer.sample());
    if (zero_params.length > 0) {
      map = new AffineMap(map.weight(), new double[map.bias().length]);
    }
    double[] expected = new double[4];
    for (long i = 0; i < 2; i++) {
      HandMadeSums sums =
          new HandMadeSums(
                  map,
                  Numeric.values(input.select(0, i)),
                  Numeric.values(upper.select(0, i)),
                  EPSILON)
              .apply(rule);
      expected[0] += sums.handedOn;
      expected[1] += sums.bias;
      expected[2] += sums.stabilizer;
      expected[3] += sums.dropped;
    }
    ConservationReport report =
        ConservationReport.of(
            model, rules(Map.of("0", rule(rule, STABILIZER, zero_params))), input, o -> upper);
    assertEquals(1, report.rows().size());
    Row row = report.rows().get(0);
    double in = upper.sum().item_double();
    assertEquals(in, row.relevance_in(), TOLERANCE, "in");
    assertEquals(expected[0], row.relevance_out(), TOLERANCE, "out");
    assertEquals(expected[1], row.bias(), TOLERANCE, "bias");
    assertEquals(expected[2], row.stabilizer(), TOLERANCE, "stabilizer");
    assertEquals(expected[3], row.other(), TOLERANCE, "other");
    assertEquals(in - expected[0], row.difference(), TOLERANCE, "difference");
    assertEquals(in, report.relevance_in(), TOLERANCE);
    assertEquals(expected[0], report.relevance_out(), TOLERANCE);
    assertEquals(in - expected[0], report.difference(), TOLERANCE);
  }

  @TestFactory
  Stream<DynamicTest> aBiasTakenAsZeroTakesNothing() {
    return Stream.of("Epsilon", "ZPlus", "AlphaBeta", "WSquare")
        .map(
            rule ->
                DynamicTest.dynamicTest(rule, () -> check(rule, layers().get("Linear"), "bias")));
  }

  /** Gamma knows outputs above zero and outputs below. */
  @Test
  void gammaDropsTheRelevanceOfOutputsThatAreZero() {
    Linear layer = new Linear(2, 2);
    layer.to(ScalarType.Double);
    layer.load_state_dict(
        Map.of(
            "weight", Numeric.tensor(new double[] {1, 2, 1, -1}, 2, 2),
            "bias", Numeric.tensor(new double[] {0.5, 0}, 2)));
    Tensor input = Numeric.tensor(new double[] {1, 1}, 1, 2);
    Tensor upper = Numeric.tensor(new double[] {2, 5}, 1, 2);
    Row row =
        ConservationReport.of(
                layer, rules(Map.of("", rule("Gamma", STABILIZER))), input, o -> upper)
            .rows()
            .get(0);
    // The first output is 3.5: its denominator is 1.25 * 3.5 + 0.1. The second is 1 - 1.
    double s = 2 / (1.25 * 3.5 + EPSILON);
    assertEquals(s * 1.25 * 3, row.relevance_out(), TOLERANCE);
    assertEquals(s * 1.25 * 0.5, row.bias(), TOLERANCE);
    assertEquals(s * EPSILON, row.stabilizer(), TOLERANCE);
    assertEquals(5, row.other(), TOLERANCE);
  }

  /** {@code sign * max(|z + b|, epsilon)}, and an epsilon times the root mean square. */
  @Test
  void otherFormsOfTheStabilizer() {
    Linear layer = Numeric.drawn(new Linear(5, 4), 3);
    AffineMap map = AffineMap.of(layer, 5);
    Tensor input = Numeric.normal(4, 1, 5);
    double[] x = Numeric.values(input);
    Tensor upper = Numeric.normal(5, 1, 4);
    double[] r = Numeric.values(upper);
    double[] sums = new double[4];
    Arrays.setAll(sums, j -> Arrays.stream(map.contributions(j, x)).sum() + map.bias()[j]);
    double mean = Math.sqrt(Arrays.stream(sums).map(z -> z * z).sum() / 4);
    for (boolean clip : new boolean[] {true, false}) {
      double bias = 0;
      double stabilizer = 0;
      for (int j = 0; j < 4; j++) {
        double z = sums[j];
        double stabilized =
            clip ? Math.copySign(Math.max(Math.abs(z), 1.5), z) : z + Math.copySign(0.2 * mean, z);
        bias += r[j] * map.bias()[j] / stabilized;
        stabilizer += r[j] * (stabilized - z) / stabilized;
      }
      Stabilizer form =
          clip ? new Stabilizer(1.5).withClip(true) : new Stabilizer(0.2).withNormScale(true);
      Row row =
          ConservationReport.of(layer, rules(Map.of("", new Epsilon(form))), input, o -> upper)
              .rows()
              .get(0);
      assertEquals(bias, row.bias(), TOLERANCE, "bias, clip " + clip);
      assertEquals(stabilizer, row.stabilizer(), TOLERANCE, "stabilizer, clip " + clip);
      assertEquals(0, row.other(), TOLERANCE, "other, clip " + clip);
    }
  }

  @Test
  void aPoolingLosesToItsStabilizerAlone() {
    Module model = new Sequential(new AvgPool2d(2));
    Tensor input = Numeric.normal(1, 1, 1, 2, 4);
    double[] x = Numeric.values(input);
    Tensor upper = Numeric.tensor(new double[] {2, -3}, 1, 1, 1, 2);
    double[] means = {(x[0] + x[1] + x[4] + x[5]) / 4, (x[2] + x[3] + x[6] + x[7]) / 4};
    double out = 0;
    for (int j = 0; j < 2; j++) {
      double stabilized = means[j] + Math.copySign(EPSILON, means[j]);
      out += new double[] {2, -3}[j] * means[j] / stabilized;
    }
    Row row =
        ConservationReport.of(model, rules(Map.of("0", new Norm(STABILIZER))), input, o -> upper)
            .rows()
            .get(0);
    assertEquals(-1, row.relevance_in(), TOLERANCE);
    assertEquals(out, row.relevance_out(), TOLERANCE);
    assertEquals(0, row.bias(), TOLERANCE);
    assertEquals(-1 - out, row.stabilizer(), TOLERANCE);
    assertEquals(0, row.other(), TOLERANCE);
  }

  /**
   * A container is no linear map: what its rule loses has no name. Under Epsilon it hands on {@code
   * x} times the true gradient of {@code R / stabilized(out)}.
   */
  @Test
  void containersHaveOtherCauses() {
    Linear inner = Numeric.drawn(new Linear(3, 2), 5);
    Module model = new Sequential(new Sequential(inner, new ReLU()), new Flatten());
    AffineMap map = AffineMap.of(inner, 3);
    double[] x = {1, -2, 0.5};
    double[] upper = {1.5, -0.5};
    double out = 0;
    for (int j = 0; j < 2; j++) {
      double z = Arrays.stream(map.contributions(j, x)).sum();
      double answer = Math.max(0, z + map.bias()[j]);
      out += answer > 0 ? upper[j] / (answer + EPSILON) * z : 0;
    }
    ConservationReport report =
        ConservationReport.of(
            model,
            rules(Map.of("0", new Epsilon(STABILIZER))),
            Numeric.tensor(x, 1, 3),
            o -> Numeric.tensor(upper, 1, 2));
    Row row = report.rows().get(0);
    assertEquals(List.of("0", "Sequential"), List.of(row.path(), row.type()));
    assertEquals(1, row.relevance_in(), TOLERANCE);
    assertEquals(out, row.relevance_out(), TOLERANCE);
    assertEquals(0, row.bias(), TOLERANCE);
    assertEquals(0, row.stabilizer(), TOLERANCE);
    assertEquals(1 - out, row.other(), TOLERANCE);
  }

  /** A rule of the user's own is not known either: here it hands on half of what it gets. */
  @Test
  void rulesOfOnesOwnHaveOtherCauses() {
    Hook half =
        new Hook() {
          @Override
          protected Tensor[] backward(org.jennit.core.Call call, Tensor[] grad_output) {
            return new Tensor[] {grad_output[0].mul(new Scalar(0.5))};
          }

          @Override
          public String name() {
            return "Half";
          }
        };
    Module model = Numeric.drawn(new Sequential(new Linear(2, 2)), 1);
    Row row =
        ConservationReport.of(
                model,
                rules(Map.of("0", half)),
                Numeric.normal(1, 1, 2),
                o -> Numeric.tensor(new double[] {3, 1}, 1, 2))
            .rows()
            .get(0);
    assertEquals("Half", row.rule());
    assertEquals(2, row.relevance_out(), TOLERANCE);
    assertEquals(2, row.other(), TOLERANCE);
  }

  /** Calls one layer twice. */
  private static final class Twice extends Module {
    Twice(Module layer) {
      register_module("layer", layer);
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      Module layer = get_submodule("layer");
      return layer.forward(layer.forward(inputs[0]));
    }
  }

  @Test
  void aModuleThatIsCalledTwiceHasTwoRows() {
    Linear layer = Numeric.drawn(new Linear(3, 3), 2);
    Tensor input = Numeric.normal(3, 1, 3);
    Tensor between = layer.forward(input);
    Tensor upper = Numeric.normal(4, 1, 3);
    AffineMap map = AffineMap.of(layer, 3);
    HandMadeSums second =
        new HandMadeSums(map, Numeric.values(between), Numeric.values(upper), EPSILON)
            .apply("Epsilon");
    // What comes to the first call is what the second hands to each of its inputs.
    double[] handed = new double[3];
    double[] h = Numeric.values(between);
    for (int j = 0; j < 3; j++) {
      double[] products = map.contributions(j, h);
      double z = Arrays.stream(products).sum() + map.bias()[j];
      double s = Numeric.values(upper)[j] / (z + Math.copySign(EPSILON, z));
      for (int i = 0; i < 3; i++) {
        handed[i] += s * products[i];
      }
    }
    HandMadeSums first =
        new HandMadeSums(map, Numeric.values(input), handed, EPSILON).apply("Epsilon");
    List<Row> rows =
        ConservationReport.of(
                new Twice(layer),
                rules(Map.of("layer", new Epsilon(STABILIZER))),
                input,
                o -> upper)
            .rows();
    assertEquals(List.of("layer", "layer"), rows.stream().map(Row::path).toList());
    assertEquals(Arrays.stream(handed).sum(), rows.get(0).relevance_in(), TOLERANCE);
    assertEquals(first.handedOn, rows.get(0).relevance_out(), TOLERANCE);
    assertEquals(first.bias, rows.get(0).bias(), TOLERANCE);
    assertEquals(first.stabilizer, rows.get(0).stabilizer(), TOLERANCE);
    assertEquals(upper.sum().item_double(), rows.get(1).relevance_in(), TOLERANCE);
    assertEquals(second.handedOn, rows.get(1).relevance_out(), TOLERANCE);
    assertEquals(second.bias, rows.get(1).bias(), TOLERANCE);
    assertEquals(second.stabilizer, rows.get(1).stabilizer(), TOLERANCE);
  }
}
