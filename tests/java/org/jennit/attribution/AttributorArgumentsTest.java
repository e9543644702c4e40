package org.jennit.attribution;

import static org.jennit.attribution.SmoothNetwork.gradient;
import static org.jennit.attribution.SmoothNetwork.onehot;
import static org.jennit.core.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.core.Numeric;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.Sequential;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What attributors are given: relevances of the output and targets, against LibTorch's own
 * autograd, inputs of any precision, and options.
 */
class AttributorArgumentsTest {
  private static final double TOLERANCE = 1e-12;

  private final SmoothNetwork network = new SmoothNetwork();
  private final Sequential model = network.model;
  private final Tensor input = network.input;

  @AfterEach
  void close() {
    network.close();
  }

  @Test
  void theOutputIsItsOwnRelevanceUnlessSaidOtherwise() {
    Attribution attribution = new Gradient(model).apply(input);
    assertClose(model.forward(input), attribution.output(), 0, "output");
    assertClose(gradient(model, input, null), attribution.relevance(), TOLERANCE, "gradient");
    assertFalse(attribution.relevance().requires_grad());
    assertFalse(attribution.output().requires_grad());
    assertTrue(attribution.layers().isEmpty());
  }

  @Test
  void relevancesOfTheOutputCanBeGivenInSixWays() {
    Tensor seed = onehot(new long[] {2, 2, 2}, 4);
    Tensor expected = gradient(model, input, seed);
    Gradient plain = new Gradient(model);
    for (Attribution attribution :
        new Attribution[] {
          plain.apply(input, 2),
          plain.apply(input, 2, 2, 2),
          plain.apply(input, seed),
          plain.apply(input, output -> torch.zeros_like(output).index_fill(1, index(2), one())),
          plain.target(2).apply(input),
          plain.attr_output(seed).apply(input),
          plain.attr_output(output -> seed).apply(input)
        }) {
      assertClose(expected, attribution.relevance(), TOLERANCE, "gradient");
    }
    Tensor other = Numeric.normal(3, 3, 4);
    assertClose(
        gradient(model, input, other),
        plain.target(2).apply(input, other).relevance(),
        TOLERANCE,
        "what is given to apply comes before the option");
  }

  private static Tensor index(long value) {
    return Tensor.create(new long[] {value});
  }

  private static Scalar one() {
    return new Scalar(1.0);
  }

  @Test
  void oneTargetForEachSample() {
    long[] targets = {3, 0, 1};
    assertClose(
        gradient(model, input, onehot(targets, 4)),
        new Gradient(model).apply(input, targets).relevance(),
        TOLERANCE,
        "gradient");
  }

  @Test
  void targetsAreCountedAlongTheFirstDimensionWhereThereIsNoBatch() {
    Module flat = Numeric.drawn(new Linear(3, 4), 5);
    double[] weight = Numeric.values(flat.named_parameters().get("weight"));
    assertArrayEquals(
        new double[] {weight[6], weight[7], weight[8]},
        Numeric.values(new Gradient(flat).apply(Numeric.normal(1, 3), 2).relevance()));
  }

  @Test
  void targetsOfOutputsWithSpaceAreTheWholeMap() {
    Module conv = Numeric.drawn(new Conv2d(2, 3, 2), 5);
    Tensor seed = Numeric.tensor(new double[3 * 3 * 4], 3, 3, 2, 2);
    seed.select(1, 1).fill_(one());
    assertClose(
        gradient(conv, input, seed),
        new Gradient(conv).apply(input, 1).relevance(),
        TOLERANCE,
        "gradient");
  }

  @Test
  void theInputIsNotChanged() {
    Tensor leaf = input.clone().requires_grad_(true);
    new Gradient(model).apply(leaf, 1);
    new SmoothGrad(model).n_iter(2).apply(leaf, 1);
    assertFalse(leaf.grad().defined(), "nothing is accumulated");
    new Gradient(model).apply(input, 1);
    assertFalse(input.requires_grad());
    assertTrue(leaf.equal(input));
    model.named_parameters().values().forEach(p -> assertFalse(p.grad().defined()));
  }

  @Test
  void optionsAreRefusedAtOnce() {
    assertThrows(IllegalArgumentException.class, () -> new SmoothGrad(model).n_iter(0));
    assertThrows(IllegalArgumentException.class, () -> new SmoothGrad(model).noise_level(-1));
    assertThrows(
        IllegalArgumentException.class, () -> new SmoothGrad(model).noise_level(Double.NaN));
    assertThrows(
        IllegalArgumentException.class,
        () -> new SmoothGrad(model).noise_level(Double.POSITIVE_INFINITY));
    assertThrows(IllegalArgumentException.class, () -> new IntegratedGradients(model).n_iter(0));
    assertThrows(
        NullPointerException.class, () -> new IntegratedGradients(model).baseline_fn(null));
    assertThrows(NullPointerException.class, () -> new Gradient(null));
    assertThrows(IllegalArgumentException.class, () -> new Gradient(model).target());
    assertThrows(IllegalArgumentException.class, () -> new Gradient(model).targets(input));
  }

  @Test
  void optionsAnswerChangedCopies() {
    SmoothGrad many = new SmoothGrad(model).n_iter(3).noise_level(0.5);
    SmoothGrad one = many.n_iter(1);
    Tensor expected = gradient(model, input, onehot(new long[] {0, 0, 0}, 4));
    assertClose(expected, one.apply(input, 0).relevance(), TOLERANCE, "changed copy");
    assertTrue(
        Numeric.relativeError(
                Numeric.values(expected), Numeric.values(many.apply(input, 0).relevance()))
            > 1e-6,
        "the first is as it was");
  }

  @Test
  void floatsAndBfloat16AreAttributedInTheirOwnPrecision() {
    Tensor expected = new IntegratedGradients(model).apply(input, 1).relevance();
    for (ScalarType type : new ScalarType[] {ScalarType.Float, ScalarType.BFloat16}) {
      model.to(type);
      for (Attributor<?> attributor :
          new Attributor<?>[] {
            new Gradient(model), new SmoothGrad(model), new IntegratedGradients(model),
            new InputXGradient(model), new Saliency(model), new GradCAM(model, "0"),
            new Occlusion(model)
          }) {
        Tensor relevance = attributor.apply(input.to(type), 1).relevance();
        assertEquals(type, relevance.scalar_type().intern(), attributor.getClass().getName());
      }
      assertClose(
          expected,
          new IntegratedGradients(model).apply(input.to(type), 1).relevance(),
          type == ScalarType.Float ? 1e-5 : 0.05,
          type.toString());
    }
  }
}
