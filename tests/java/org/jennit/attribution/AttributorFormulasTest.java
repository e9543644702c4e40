package org.jennit.attribution;

import static org.jennit.attribution.SmoothNetwork.gradient;
import static org.jennit.attribution.SmoothNetwork.onehot;
import static org.jennit.core.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.jennit.core.Numeric;
import org.jennit.nn.AvgPool2d;
import org.jennit.nn.Conv1d;
import org.jennit.nn.Flatten;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.Sequential;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What each attributor by the gradient computes without a composite, against LibTorch's own
 * autograd and against what is known in closed form.
 */
class AttributorFormulasTest {
  private static final double TOLERANCE = 1e-12;

  private final SmoothNetwork network = new SmoothNetwork();
  private final Sequential model = network.model;
  private final Tensor input = network.input;

  @AfterEach
  void close() {
    network.close();
  }

  @Test
  void saliencyIsTheMagnitude() {
    double[] expected = Numeric.values(gradient(model, input, onehot(new long[] {1, 1, 1}, 4)));
    for (int i = 0; i < expected.length; i++) {
      expected[i] = Math.abs(expected[i]);
    }
    assertClose(
        expected,
        Numeric.values(new Saliency(model).apply(input, 1).relevance()),
        TOLERANCE,
        "saliency");
  }

  @Test
  void inputXGradientOnALinearModelAddsUpToTheOutput() {
    Linear linear = Numeric.drawn(new Linear(5, 3, false), 4);
    Tensor x = Numeric.normal(5, 2, 5);
    Tensor relevance = new InputXGradient(linear).apply(x, 1).relevance();
    double[] weight = Numeric.values(linear.named_parameters().get("weight"));
    double[] values = Numeric.values(x);
    double[] expected = new double[10];
    for (int i = 0; i < 10; i++) {
      expected[i] = values[i] * weight[5 + i % 5];
    }
    assertClose(expected, Numeric.values(relevance), TOLERANCE, "products");
    assertClose(
        linear.forward(x).select(1, 1), relevance.sum(new long[] {1}), TOLERANCE, "completeness");
  }

  @Test
  void smoothGradWithOneIterationOrWithoutNoiseIsTheGradient() {
    Tensor expected = gradient(model, input, onehot(new long[] {1, 1, 1}, 4));
    assertClose(
        expected,
        new SmoothGrad(model).n_iter(1).noise_level(5).apply(input, 1).relevance(),
        TOLERANCE,
        "one iteration");
    assertClose(
        expected,
        new SmoothGrad(model).n_iter(4).noise_level(0).apply(input, 1).relevance(),
        TOLERANCE,
        "no noise");
  }

  @Test
  void smoothGradIsTheMeanOverTheNoisesOfTheSeed() {
    torch.manual_seed(11);
    Attribution attribution = new SmoothGrad(model).n_iter(4).noise_level(0.3).apply(input, 1);
    torch.manual_seed(11);
    Tensor seed = onehot(new long[] {1, 1, 1}, 4);
    double[] range = new double[3];
    for (int n = 0; n < 3; n++) {
      double[] values = Numeric.values(input.select(0, n));
      range[n] =
          java.util.Arrays.stream(values).max().orElseThrow()
              - java.util.Arrays.stream(values).min().orElseThrow();
    }
    Tensor deviation = Numeric.tensor(range, 3, 1, 1, 1).mul(new Scalar(0.3));
    Tensor sum = gradient(model, input, seed);
    for (int i = 0; i < 3; i++) {
      Tensor noise = torch.randn_like(input).mul(deviation);
      sum = sum.add(gradient(model, input.add(noise), seed));
    }
    assertClose(sum.div(new Scalar(4.0)), attribution.relevance(), TOLERANCE, "mean");
    assertClose(model.forward(input), attribution.output(), 0, "the output is the input's own");
  }

  /** The deviation is over each sample's own range, so that samples do not disturb each other. */
  @Test
  void smoothGradLeavesConstantSamplesWithoutNoise() {
    Tensor constant = Numeric.tensor(new double[18], 1, 2, 3, 3).add(new Scalar(0.5));
    Tensor both = torch.cat(new TensorVector(constant, input.narrow(0, 0, 1)), 0);
    Tensor relevance = new SmoothGrad(model).n_iter(3).noise_level(1).apply(both, 1).relevance();
    assertClose(
        gradient(model, constant, onehot(new long[] {1}, 4)),
        relevance.narrow(0, 0, 1),
        TOLERANCE,
        "constant sample");
  }

  /** The noise is that of the seed, whatever else is in the batch or was drawn before. */
  @Test
  void smoothGradOfASeedIsTheSameInAnyCompany() {
    SmoothGrad smooth = new SmoothGrad(model).n_iter(3).noise_level(0.3).seed(7);
    Tensor together = smooth.apply(input, 1).relevance();
    torch.manual_seed(5);
    for (int n = 0; n < 3; n++) {
      Tensor alone = smooth.apply(input.narrow(0, n, 1), 1).relevance();
      assertClose(alone, together.narrow(0, n, 1), TOLERANCE, "sample " + n);
    }
    Tensor drawn = torch.randn(3);
    torch.manual_seed(5);
    assertClose(torch.randn(3), drawn, 0, "torch's generator is left alone");
    Tensor other = smooth.seed(8).apply(input, 1).relevance();
    assertTrue(other.sub(together).abs().max().item_double() > 1e-3, "another seed");
  }

  @Test
  void integratedGradientsOnALinearModelAreComplete() {
    Linear linear = Numeric.drawn(new Linear(5, 3), 4);
    Tensor x = Numeric.normal(5, 2, 5);
    Tensor baseline = Numeric.normal(6, 2, 5);
    for (int n : new int[] {1, 2, 7}) {
      Tensor relevance =
          new IntegratedGradients(linear)
              .n_iter(n)
              .baseline_fn(i -> baseline)
              .apply(x, 2)
              .relevance();
      assertClose(
          linear.forward(x).sub(linear.forward(baseline)).select(1, 2),
          relevance.sum(new long[] {1}),
          TOLERANCE,
          "completeness with " + n + " pieces");
    }
  }

  /** Squares its input. */
  private static final class Square extends Module {
    @Override
    protected Tensor compute(Tensor... inputs) {
      return inputs[0].square();
    }
  }

  /**
   * Of x², the gradient at the end of each of n pieces is 2 x i / n: the attribution is x² (n + 1)
   * / n, which goes to the complete x².
   */
  @Test
  void integratedGradientsOfASquareAreAnArithmeticSeries() {
    try (Module square = new Square()) {
      Tensor x = Numeric.normal(5, 2, 3);
      for (int n : new int[] {1, 4, 64}) {
        Tensor relevance =
            new IntegratedGradients(square)
                .n_iter(n)
                .attr_output(torch::ones_like)
                .apply(x)
                .relevance();
        // A power of two: the fractions are exact.
        assertClose(x.square().mul(new Scalar((n + 1.0) / n)), relevance, TOLERANCE, n + " pieces");
      }
    }
  }

  @Test
  void integratedGradientsAreTheMeanOnTheLine() {
    Tensor baseline = Numeric.normal(9, 3, 2, 3, 3);
    Attribution attribution =
        new IntegratedGradients(model).n_iter(8).baseline_fn(i -> baseline).apply(input, 3);
    Tensor difference = input.sub(baseline);
    Tensor sum = torch.zeros_like(input);
    for (int i = 1; i <= 8; i++) {
      Tensor point = baseline.add(difference.mul(new Scalar(i / 8.0)));
      sum = sum.add(gradient(model, point, onehot(new long[] {3, 3, 3}, 4)));
    }
    assertClose(
        sum.div(new Scalar(8.0)).mul(difference), attribution.relevance(), TOLERANCE, "mean");
    assertClose(model.forward(input), attribution.output(), 1e-14, "output");
  }

  /** Equations 1 and 2 of Selvaraju et al. 2017 in plain loops. */
  @Test
  void gradCamIsThePositivePartOfTheWeightedChannels() {
    Tensor maps = model.get_submodule("0").forward(input);
    Tensor leaf = maps.detach().clone().requires_grad_(true);
    Tensor hidden = leaf;
    for (String name : new String[] {"1", "2", "3", "4"}) {
      hidden = model.get_submodule(name).forward(hidden);
    }
    hidden.select(1, 2).sum().backward();
    double[] gradient = Numeric.values(leaf.grad());
    double[] map = Numeric.values(maps);
    double[] expected = new double[3 * 4];
    for (int n = 0; n < 3; n++) {
      for (int c = 0; c < 3; c++) {
        double weight = 0;
        for (int p = 0; p < 4; p++) {
          weight += gradient[(n * 3 + c) * 4 + p] / 4;
        }
        for (int p = 0; p < 4; p++) {
          expected[n * 4 + p] += weight * map[(n * 3 + c) * 4 + p];
        }
      }
    }
    for (int i = 0; i < expected.length; i++) {
      expected[i] = Math.max(0, expected[i]);
    }
    Attribution cam = new GradCAM(model, "0").apply(input, 2);
    assertArrayEquals(new long[] {3, 1, 2, 2}, cam.relevance().shape());
    assertClose(expected, Numeric.values(cam.relevance()), TOLERANCE, "GradCAM");
    assertClose(model.forward(input), cam.output(), 0, "output");
  }

  /** Two values to four, half-pixel centres: a, 3a/4 + b/4, a/4 + 3b/4, b. */
  @Test
  void gradCamInterpolatesToTheInput() {
    Module pooled =
        Numeric.drawn(
            new Sequential(
                new Conv1d(1, 2, 1),
                new org.jennit.nn.AvgPool1d(2),
                new Flatten(),
                new Linear(4, 2)),
            3);
    Tensor x = Numeric.normal(8, 1, 1, 4);
    double[] small = Numeric.values(new GradCAM(pooled, "1").apply(x, 1).relevance());
    Tensor large = new GradCAM(pooled, "1").upsample(true).apply(x, 1).relevance();
    double a = small[0];
    double b = small[1];
    assertTrue(a + b > 0, "there is something to see");
    assertArrayEquals(x.shape(), large.shape());
    assertClose(
        new double[] {a, 0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b, b},
        Numeric.values(large),
        TOLERANCE,
        "upsampled");
  }

  @Test
  void gradCamRefusesLayersWithoutSpace() {
    JennitException refusal =
        assertThrows(JennitException.class, () -> new GradCAM(model, "3").apply(input, 0));
    assertTrue(refusal.getMessage().contains("'3' answers 2 dimensions"), refusal.getMessage());
    IllegalArgumentException unknown =
        assertThrows(IllegalArgumentException.class, () -> new GradCAM(model, "9").apply(input, 0));
    assertTrue(unknown.getMessage().contains("no module '9'"), unknown.getMessage());
    Module inner = new Sequential(new Flatten(), new Linear(4, 3));
    try (Sequential other =
        Numeric.drawn(
            new Sequential(new AvgPool2d(1), new Flatten(1, 2), new Flatten(), inner), 1)) {
      Tensor one = Numeric.normal(1, 1, 1, 2, 2);
      JennitException size =
          assertThrows(
              JennitException.class, () -> new GradCAM(other, "1").upsample(true).apply(one, 0));
      assertTrue(size.getMessage().contains("3 dimensions"), size.getMessage());
    }
  }
}
