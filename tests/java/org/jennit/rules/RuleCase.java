package org.jennit.rules;

import java.util.List;
import org.jennit.core.Hook;
import org.jennit.core.Numeric;
import org.jennit.core.Stabilizer;

/** A rule and its restatement over a {@link MatrixLayer}. */
record RuleCase(String name, Maker maker, Restatement restatement) {

  /** The rule under test. */
  interface Maker {
    Hook make(Stabilizer stabilizer, List<String> zero_params, long... sample);
  }

  /** Its relevance for one sample. */
  interface Restatement {
    double[] apply(MatrixRule rule, double[] x, double[] upper);
  }

  static final List<RuleCase> ALL =
      List.of(
          new RuleCase("Epsilon", (s, zero, sample) -> new Epsilon(s, zero), MatrixRule::epsilon),
          new RuleCase("ZPlus", (s, zero, sample) -> new ZPlus(s, zero), MatrixRule::zplus),
          new RuleCase(
              "AlphaBeta21",
              (s, zero, sample) -> new AlphaBeta(2, 1, s, zero),
              (rule, x, upper) -> rule.alphaBeta(x, upper, 2, 1)),
          new RuleCase(
              "AlphaBeta10",
              (s, zero, sample) -> new AlphaBeta(1, 0, s, zero),
              (rule, x, upper) -> rule.alphaBeta(x, upper, 1, 0)),
          new RuleCase(
              "Gamma",
              (s, zero, sample) -> new Gamma(0.25, s, zero),
              (rule, x, upper) -> rule.gamma(x, upper, 0.25)),
          new RuleCase(
              "Gamma0",
              (s, zero, sample) -> new Gamma(0, s, zero),
              (rule, x, upper) -> rule.gamma(x, upper, 0)),
          new RuleCase(
              "ZBox",
              (s, zero, sample) -> new ZBox(bound(-3, sample), bound(4, sample), s, zero),
              (rule, x, upper) ->
                  rule.zbox(
                      x,
                      upper,
                      Numeric.values(bound(-3, x.length)),
                      Numeric.values(bound(4, x.length)))),
          new RuleCase(
              "ZBoxOfNumbers",
              (s, zero, sample) -> new ZBox(-3, 4, s, zero),
              (rule, x, upper) ->
                  rule.zbox(x, upper, constant(-3, x.length), constant(4, x.length))),
          new RuleCase(
              "WSquare",
              (s, zero, sample) -> new WSquare(s, zero),
              (rule, x, upper) -> rule.wsquare(upper)),
          new RuleCase(
              "Flat",
              (s, zero, sample) -> new Flat(s, zero),
              (rule, x, upper) -> rule.flat(upper)));

  private static double[] constant(double value, int count) {
    double[] values = new double[count];
    java.util.Arrays.fill(values, value);
    return values;
  }

  /** A bound that differs from element to element. */
  private static org.bytedeco.pytorch.Tensor bound(double centre, long... sample) {
    long count = java.util.Arrays.stream(sample).reduce(1, (a, b) -> a * b);
    double[] values = new double[(int) count];
    java.util.Arrays.setAll(values, i -> centre * (1 + 0.01 * (i % 7)));
    long[] shape = new long[sample.length + 1];
    shape[0] = 1;
    System.arraycopy(sample, 0, shape, 1, sample.length);
    return Numeric.tensor(values, shape);
  }
}
