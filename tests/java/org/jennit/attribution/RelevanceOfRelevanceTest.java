package org.jennit.attribution;

import static org.jennit.core.Numeric.assertClose;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.composites.EpsilonPlus;
import org.jennit.core.Autograd;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Numeric;
import org.jennit.nn.Linear;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A relevance with history as the input of a second explained model. */
class RelevanceOfRelevanceTest {
  private final PointerScope scope = new PointerScope();
  private final Sequential first = model(1);
  private final Sequential second = model(2);
  private final Composite composite = new EpsilonPlus();
  private final Tensor input = Numeric.normal(3, 2, 4).requires_grad_(true);
  private final Tensor seed = Numeric.normal(4, 2, 4);
  private final Tensor upper = Numeric.normal(5, 2, 4);

  private static Sequential model(long seed) {
    return Numeric.drawn(new Sequential(new Linear(4, 5), new ReLU(), new Linear(5, 4)), seed);
  }

  @AfterEach
  void close() {
    first.close();
    second.close();
    scope.close();
  }

  private Tensor relevanceOfFirst(Tensor input) {
    return Autograd.grad(first.forward(input), input, seed, Autograd.CREATE_GRAPH);
  }

  @Test
  void theSecondModelHandsRelevanceDown() {
    try (CompositeContext one = composite.context(first);
        CompositeContext two = composite.context(second)) {
      Tensor relevance = relevanceOfFirst(input);
      Tensor leaf = relevance.detach().requires_grad_(true);
      Tensor expected = Autograd.grad(second.forward(leaf), leaf, upper);
      Tensor answered =
          Autograd.grad(second.forward(relevance), relevance, upper, Autograd.RETAIN_GRAPH);
      assertClose(expected, answered, 1e-14, "relevance at the relevance");
      // Further down it is the derivative of the first relevance that passes it on.
      Tensor whole = Autograd.grad(second.forward(relevance), input, upper, Autograd.RETAIN_GRAPH);
      assertClose(
          Autograd.grad(relevance, input, expected, Autograd.RETAIN_GRAPH),
          whole,
          1e-13,
          "through both");
      assertClose(derivative(Numeric.values(expected)), whole, 1e-6, "against finite differences");
    }
  }

  /** Central differences of the first relevance, weighted. */
  private Tensor derivative(double[] weights) {
    double[] point = Numeric.values(input);
    double[] result = new double[point.length];
    double step = 1e-6;
    for (int i = 0; i < point.length; i++) {
      double[] shifted = point.clone();
      shifted[i] = point[i] + step;
      double above = weighted(shifted, weights);
      shifted[i] = point[i] - step;
      result[i] = (above - weighted(shifted, weights)) / (2 * step);
    }
    return Numeric.tensor(result, 2, 4);
  }

  private double weighted(double[] point, double[] weights) {
    Tensor x = Numeric.tensor(point, 2, 4).requires_grad_(true);
    double[] relevance = Numeric.values(Autograd.grad(first.forward(x), x, seed));
    double sum = 0;
    for (int i = 0; i < relevance.length; i++) {
      sum += relevance[i] * weights[i];
    }
    return sum;
  }

  @Test
  void relevancesThatWereMadeOneAfterTheOtherAreDifferentiated() {
    try (CompositeContext one = composite.context(first)) {
      // The second point depends on the relevance at the first.
      Tensor relevance = relevanceOfFirst(input);
      Tensor next = input.add(relevance);
      Tensor last = Autograd.grad(first.forward(next), next, seed, Autograd.CREATE_GRAPH);
      Tensor through = Autograd.grad(last, next, upper, Autograd.RETAIN_GRAPH);
      Tensor leaf = next.detach().requires_grad_(true);
      Tensor alone =
          Autograd.grad(
              Autograd.grad(first.forward(leaf), leaf, seed, Autograd.CREATE_GRAPH), leaf, upper);
      assertClose(alone, through, 1e-13, "the derivative of the last relevance");
      // And a loss that has the last output in it as well: the true gradient of both.
      Tensor output = first.forward(next);
      Tensor mixed =
          Autograd.grad(
              new Tensor[] {last, output}, new Tensor[] {next}, new Tensor[] {upper, seed})[0];
      org.jennit.core.Inactive off = composite.inactive();
      Tensor gradient = Autograd.grad(first.forward(leaf), leaf, seed);
      off.close();
      assertClose(alone.add(gradient), mixed, 1e-13, "a mixed loss");
    }
  }
}
