package org.jennit.attribution;

import java.util.Objects;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.core.Composite;
import org.jennit.nn.Module;

/**
 * The mean gradient on the line from a baseline to the input, times their difference (Sundararajan
 * et al. 2017). The line is cut in {@code n_iter} pieces, and the gradient taken at the end of
 * each.
 */
public final class IntegratedGradients extends GradientAttributor<IntegratedGradients> {
  private UnaryOperator<Tensor> baseline_fn = torch::zeros_like;
  private int n_iter = 20;

  /** Without a composite. */
  public IntegratedGradients(Module model) {
    this(model, null);
  }

  /**
   * @param composite null for none
   */
  public IntegratedGradients(Module model, Composite composite) {
    super(model, composite);
  }

  /** From the input to a tensor of its shape that means nothing to the model; zeros by default. */
  public IntegratedGradients baseline_fn(UnaryOperator<Tensor> function) {
    Objects.requireNonNull(function, "baseline_fn is null");
    return with(copy -> copy.baseline_fn = function);
  }

  /** How many pieces; 20 by default, at least 1. */
  public IntegratedGradients n_iter(int iterations) {
    if (iterations < 1) {
      throw new IllegalArgumentException("n_iter must be at least 1, but is " + iterations);
    }
    return with(copy -> copy.n_iter = iterations);
  }

  @Override
  protected Attribution forward(Tensor input, UnaryOperator<Tensor> attr_output) {
    Tensor baseline = baseline_fn.apply(input);
    Tensor difference = input.sub(baseline);
    // In float32 whatever the input, as Zennit: the last digits of the fractions matter in double
    // precision.
    Tensor fractions = torch.linspace(new Scalar(1.0 / n_iter), new Scalar(1.0), n_iter);
    Attribution mean =
        mean(n_iter, i -> baseline.add(fractions.select(0, i).mul(difference)), attr_output);
    return mean.with(mean.relevance().mul(difference));
  }
}
