package org.jennit.attribution;

import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.jennit.core.Composite;
import org.jennit.nn.Module;

/**
 * The mean gradient over noisy copies of the input (Smilkov et al. 2017). The noise is normal with
 * a deviation of {@code noise_level} times the range of each sample's values; the last of the
 * copies has none, so that one iteration gives the gradient. Noise comes from torch's generator, so
 * that {@code torch.manual_seed} makes it repeatable, or from a {@link #seed} of the attributor.
 */
public final class SmoothGrad extends GradientAttributor<SmoothGrad> {
  private double noise_level = 0.1;
  private int n_iter = 20;
  private Long seed;

  /** Without a composite. */
  public SmoothGrad(Module model) {
    this(model, null);
  }

  /**
   * @param composite null for none
   */
  public SmoothGrad(Module model, Composite composite) {
    super(model, composite);
  }

  /** Deviation of the noise over the range of the values; 0.1 by default, not negative. */
  public SmoothGrad noise_level(double level) {
    if (!(level >= 0) || Double.isInfinite(level)) {
      throw new IllegalArgumentException(
          "noise_level must be finite and not negative, but is " + level);
    }
    return with(copy -> copy.noise_level = level);
  }

  /** How many copies; 20 by default, at least 1. */
  public SmoothGrad n_iter(int iterations) {
    if (iterations < 1) {
      throw new IllegalArgumentException("n_iter must be at least 1, but is " + iterations);
    }
    return with(copy -> copy.n_iter = iterations);
  }

  /**
   * Draws the noise of each call anew from this seed, the same for all samples of a batch, so that
   * the attribution of a sample depends neither on its company nor on what was drawn before, in
   * this thread or in others. By default there is none.
   */
  public SmoothGrad seed(long seed) {
    return with(copy -> copy.seed = seed);
  }

  @Override
  protected Attribution forward(Tensor input, UnaryOperator<Tensor> attr_output) {
    GeneratorOptional own =
        seed == null ? null : new GeneratorOptional(torch.make_generator_cpu(seed));
    long[] all = LongStream.range(1, input.dim()).toArray();
    Tensor deviation =
        input.amax(all, true).sub(input.amin(all, true)).mul(new Scalar(noise_level));
    return mean(
        n_iter,
        i -> i == n_iter - 1 ? input : input.add(noise(input, own).mul(deviation)),
        attr_output);
  }

  private static Tensor noise(Tensor input, GeneratorOptional own) {
    if (own == null) {
      return torch.randn_like(input);
    }
    // Of one sample, on the CPU, whatever the device: broadcasting hands it to all.
    long[] shape = input.shape();
    shape[0] = 1;
    TensorOptions options = new TensorOptions(input.scalar_type());
    return torch.randn(shape, own, options).to(input.device(), input.scalar_type());
  }
}
