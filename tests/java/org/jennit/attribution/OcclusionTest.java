package org.jennit.attribution;

import static org.jennit.core.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.jennit.composites.EpsilonPlus;
import org.jennit.core.Numeric;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Flatten;
import org.jennit.nn.Linear;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Occlusion, against loops over the places of the window and the pixels in it. */
class OcclusionTest {
  private static final double TOLERANCE = 1e-12;
  private static final int CHANNELS = 2;
  private static final int HEIGHT = 5;
  private static final int WIDTH = 4;

  private final PointerScope scope = new PointerScope();
  private Sequential model;
  private Tensor input;

  @BeforeEach
  void open() {
    model =
        Numeric.drawn(
            new Sequential(
                new Conv2d(CHANNELS, 3, 2), new ReLU(), new Flatten(), new Linear(36, 4)),
            1);
    input = Numeric.normal(2, 3, CHANNELS, HEIGHT, WIDTH);
  }

  @AfterEach
  void close() {
    model.close();
    scope.close();
  }

  /** How the loops occlude, and which windows they move. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Setting(
      int[] window,
      int[] stride,
      boolean insideIsShown,
      double fill,
      Function<Tensor, Tensor> score) {}

  /**
   * For each place of the window: the scores of the occluded input, added at each element in the
   * window. Coordinates count channel, row and column; those beyond the end begin again.
   */
  private double[] loops(Setting setting) {
    int[] size = {CHANNELS, HEIGHT, WIDTH};
    int volume = CHANNELS * HEIGHT * WIDTH;
    double[] values = Numeric.values(input);
    double[] result = new double[values.length];
    for (int c = 0; c < CHANNELS; c += setting.stride()[0]) {
      for (int y = 0; y < HEIGHT; y += setting.stride()[1]) {
        for (int x = 0; x < WIDTH; x += setting.stride()[2]) {
          boolean[] inside = new boolean[volume];
          for (int dc = 0; dc < setting.window()[0]; dc++) {
            for (int dy = 0; dy < setting.window()[1]; dy++) {
              for (int dx = 0; dx < setting.window()[2]; dx++) {
                inside[
                        (((c + dc) % size[0]) * HEIGHT + (y + dy) % size[1]) * WIDTH
                            + (x + dx) % size[2]] =
                    true;
              }
            }
          }
          double[] occluded = values.clone();
          for (int i = 0; i < occluded.length; i++) {
            if (inside[i % volume] != setting.insideIsShown()) {
              occluded[i] = setting.fill();
            }
          }
          double[] scores =
              Numeric.values(
                  setting
                      .score()
                      .apply(model.forward(Numeric.tensor(occluded, 3, CHANNELS, HEIGHT, WIDTH))));
          for (int i = 0; i < result.length; i++) {
            result[i] += inside[i % volume] ? scores[i / volume] : 0;
          }
        }
      }
    }
    return result;
  }

  private static Tensor second(Tensor output) {
    return output.select(1, 1);
  }

  private void check(Setting setting, Occlusion occlusion, String what) {
    Attribution attribution = occlusion.apply(input);
    assertClose(loops(setting), Numeric.values(attribution.relevance()), TOLERANCE, what);
    assertClose(model.forward(input), attribution.output(), 0, "output");
    assertTrue(Arrays.equals(input.shape(), attribution.relevance().shape()));
  }

  private static Setting setting(int[] window, int[] stride) {
    return new Setting(window, stride, true, 0, OcclusionTest::second);
  }

  @Test
  void windowsAndStridesOfOneSize() {
    Occlusion occlusion = new Occlusion(model).target(1);
    check(
        setting(new int[] {2, 2, 2}, new int[] {2, 2, 2}),
        occlusion.window(2).stride(2),
        "overhanging windows");
    check(
        setting(new int[] {2, 3, 3}, new int[] {1, 1, 1}),
        occlusion.window(3).stride(1),
        "overlapping windows");
    check(
        setting(new int[] {1, 1, 1}, new int[] {2, 3, 3}),
        occlusion.window(1).stride(3),
        "gaps between windows");
    check(
        setting(new int[] {2, 5, 4}, new int[] {2, 5, 4}),
        occlusion,
        "the default of 8 is the whole input");
  }

  @Test
  void windowsAndStridesOfTheLastDimensions() {
    Occlusion occlusion = new Occlusion(model).target(1);
    check(
        setting(new int[] {2, 2, 3}, new int[] {2, 1, 2}),
        occlusion.window(new long[] {2, 3}).stride(new long[] {1, 2}),
        "window over all channels");
    check(
        setting(new int[] {1, 2, 3}, new int[] {1, 2, 1}),
        occlusion.window(new long[] {1, 2, 3}).stride(new long[] {1}),
        "missing strides are the window's sizes");
    check(
        setting(new int[] {2, 2, 2}, new int[] {2, 2, 2}),
        occlusion.window(new long[] {2, 2, 2}).stride(2),
        "both forms together");
  }

  @Test
  void scoresAreWhatTheOutputFunctionAnswers() {
    int[] two = {2, 2, 2};
    Occlusion occlusion = new Occlusion(model).window(2).stride(2);
    check(
        new Setting(two, two, true, 0, out -> out.sum(new long[] {1})),
        occlusion,
        "the sum of the outputs by default");
    check(
        new Setting(two, two, true, 0, out -> out.square().sum(new long[] {1})),
        occlusion.attr_output(Tensor::square),
        "a function");
    check(
        new Setting(two, two, true, 0, out -> out.select(1, 3).exp()),
        occlusion.attr_output(out -> out.select(1, 3).exp()),
        "a function with one score for each sample");
    Tensor weights = Numeric.normal(5, 3, 4);
    check(
        new Setting(two, two, true, 0, out -> out.mul(weights).sum(new long[] {1})),
        occlusion.attr_output(weights),
        "constant weights of the outputs");
    check(
        new Setting(
            two,
            two,
            true,
            0,
            out ->
                out.mul(Numeric.tensor(new double[] {0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1}, 3, 4))
                    .sum(new long[] {1})),
        occlusion.target(2, 0, 3),
        "a target for each sample");
  }

  @Test
  void whatIsHiddenAndWithWhat() {
    int[] two = {2, 2, 2};
    Occlusion occlusion = new Occlusion(model).window(2).stride(2).target(1);
    check(
        new Setting(two, two, false, 0, OcclusionTest::second),
        occlusion.occlusion_fn(OcclusionFunctions.occlude_independent(torch::zeros_like, true)),
        "the inside hidden");
    check(
        new Setting(two, two, true, 0.7, OcclusionTest::second),
        occlusion.occlusion_fn(
            OcclusionFunctions.occlude_independent(
                i -> torch.full_like(i, new Scalar(0.7)), false)),
        "filled with a value");
    check(
        new Setting(two, two, false, -2, OcclusionTest::second),
        occlusion.occlusion_fn((in, mask) -> in.masked_fill(mask, new Scalar(-2.0))),
        "a function of one's own");
  }

  /** The fill is the mean of the input: what stands there is written out. */
  @Test
  void oneElementAtATime() {
    Tensor one = Numeric.tensor(new double[] {1, 2, 6}, 1, 3);
    Linear sum = new Linear(3, 1, false);
    sum.load_state_dict(java.util.Map.of("weight", torch.ones(1, 3)));
    sum.to(torch.ScalarType.Double);
    Tensor relevance =
        new Occlusion(sum)
            .window(1)
            .stride(1)
            .occlusion_fn(
                OcclusionFunctions.occlude_independent(
                    in -> torch.full_like(in, new Scalar(3.0)), false))
            .apply(one, 0)
            .relevance();
    assertClose(new double[] {7, 8, 12}, Numeric.values(relevance), TOLERANCE, "by hand");
  }

  @Test
  void anInputWithoutABatchIsOneSample() {
    Linear layer = Numeric.drawn(new Linear(3, 2), 4);
    Tensor x = Numeric.normal(3, 3);
    Tensor relevance =
        new Occlusion(layer).window(new long[] {1}).stride(new long[] {1}).apply(x, 1).relevance();
    AffineMap map = AffineMap.of(layer, 3);
    double[] products = map.contributions(1, Numeric.values(x));
    double bias = map.bias()[1];
    assertClose(
        new double[] {products[0] + bias, products[1] + bias, products[2] + bias},
        Numeric.values(relevance),
        TOLERANCE,
        "each element alone");
  }

  @Test
  void rulesMakeNoDifference() {
    Occlusion plain = new Occlusion(model).window(2).stride(2).target(1);
    Occlusion ruled = new Occlusion(model, new EpsilonPlus()).window(2).stride(2).target(1);
    assertTrue(plain.apply(input).relevance().equal(ruled.apply(input).relevance()));
  }

  @Test
  void wrongOptionsAreRefused() {
    Occlusion occlusion = new Occlusion(model);
    refused(() -> occlusion.window(0), "window must be positive, but is 0");
    refused(() -> occlusion.stride(-1), "stride must be positive, but is -1");
    refused(() -> occlusion.window(new long[] {2, 0}), "window must be positive, but is 0");
    refused(() -> occlusion.stride(new long[0]), "stride needs at least one size");
    refused(
        () -> occlusion.window(new long[] {1, 1, 1, 1, 1}).apply(input),
        "window has 5 sizes, but the input has 4 dimensions");
    assertThrows(NullPointerException.class, () -> occlusion.occlusion_fn(null));
  }

  private static void refused(org.junit.jupiter.api.function.Executable work, String message) {
    IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, work);
    assertTrue(refusal.getMessage().contains(message), refusal.getMessage());
  }

  @Test
  void wrongScoresAreRefused() {
    Occlusion occlusion = new Occlusion(model);
    wrong(() -> occlusion.apply(input, 4), "there is no target 4");
    wrong(() -> occlusion.apply(input, 1, 2), "2 targets were given for 3 samples");
    wrong(() -> occlusion.apply(input, out -> null), "attr_output answered null");
    wrong(
        () -> occlusion.apply(input, out -> out.select(0, 0)),
        "scores for 4 samples, but the input has 3");
    wrong(() -> occlusion.apply(input, torch.ones(3, 5)), "attr_output has the shape [3, 5]");
    wrong(
        () -> occlusion.apply(input, out -> out.ge(new Scalar(0.0))), "attr_output has the dtype");
    Occlusion shapeless = occlusion.occlusion_fn((in, mask) -> in.narrow(2, 0, 1));
    assertThrows(JennitException.class, () -> shapeless.apply(input, 1));
  }

  private static void wrong(org.junit.jupiter.api.function.Executable work, String message) {
    JennitException refusal = assertThrows(JennitException.class, work);
    assertTrue(refusal.getMessage().contains(message), refusal.getMessage());
  }
}
