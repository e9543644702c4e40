package org.jennit.attribution;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.jennit.core.Numeric;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Flatten;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.Sequential;
import org.jennit.nn.Sigmoid;
import org.jennit.nn.Tanh;

/**
 * A network that is smooth, so that its gradient is nowhere a matter of choice, an input, and
 * LibTorch's own gradients. Native objects live until it is closed.
 */
final class SmoothNetwork implements AutoCloseable {
  private final PointerScope scope = new PointerScope();
  final Sequential model =
      Numeric.drawn(
          new Sequential(
              new Conv2d(2, 3, 2), new Tanh(), new Flatten(), new Linear(12, 4), new Sigmoid()),
          1);
  final Tensor input = Numeric.normal(2, 3, 2, 3, 3);

  /** LibTorch's own backward; the seed is the output itself where none is given. */
  static Tensor gradient(Module model, Tensor at, Tensor seed) {
    try (AutoGradMode recording = new AutoGradMode(true)) {
      Tensor leaf = at.detach().clone().requires_grad_(true);
      Tensor output = model.forward(leaf);
      output.mul(seed == null ? output.detach() : seed).sum().backward();
      return leaf.grad().clone();
    }
  }

  /** One at the target of each sample. */
  static Tensor onehot(long[] targets, int classes) {
    double[] values = new double[targets.length * classes];
    for (int i = 0; i < targets.length; i++) {
      values[i * classes + (int) targets[i]] = 1;
    }
    return Numeric.tensor(values, targets.length, classes);
  }

  @Override
  public void close() {
    model.close();
    scope.close();
  }
}
