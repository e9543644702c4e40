package org.jennit.models;

import java.util.Arrays;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;

/**
 * How torchvision draws the first weights of a model, where it departs from torch's defaults.
 * Biases become zero.
 */
final class Initialization {
  private Initialization() {}

  /** Normal with variance 2 / (output channels * kernel): He et al. 2015, fan-out. */
  static void kaimingFanOut(Module model) {
    kaiming(model, 0);
  }

  /** Normal with variance 2 / (input channels of a group * kernel): He et al. 2015, fan-in. */
  static void kaimingFanIn(Module model) {
    kaiming(model, 1);
  }

  private static void kaiming(Module model, int channels) {
    each(
        model,
        Conv2d.class,
        weight -> {
          long[] shape = weight.shape();
          long kernel = Arrays.stream(shape, 2, shape.length).reduce(1, (a, b) -> a * b);
          double deviation = Math.sqrt(2.0 / (shape[channels] * kernel));
          weight.normal_(0, deviation, new GeneratorOptional());
        });
  }

  /** Normal around zero. */
  static void linearNormal(Module model, double deviation) {
    each(model, Linear.class, weight -> weight.normal_(0, deviation, new GeneratorOptional()));
  }

  /** Uniform within 1 / sqrt(out_features). */
  static void linearUniform(Module model) {
    each(
        model,
        Linear.class,
        weight -> {
          double bound = 1 / Math.sqrt((double) weight.size(0));
          weight.uniform_(-bound, bound, new GeneratorOptional());
        });
  }

  /** Xavier's weights, and biases close to zero (std 1e-6), of the dense layers of a block. */
  static void mlp(Module block) {
    each(
        block,
        Linear.class,
        weight -> torch.xavier_uniform_(weight),
        bias -> bias.normal_(0, 1e-6, new GeneratorOptional()));
  }

  /** Normal with variance 1 / (input channels * kernel), of a convolution that makes patches. */
  static void patches(Module convolution) {
    each(
        convolution,
        Conv2d.class,
        weight -> {
          double fan_in = (double) weight.numel() / weight.size(0);
          weight
              .normal_(0, 1 / Math.sqrt(fan_in), new GeneratorOptional())
              .clamp_(new ScalarOptional(new Scalar(-2)), new ScalarOptional(new Scalar(2)));
        });
  }

  /** Weights of zero. */
  static void zero(Module linear) {
    each(linear, Linear.class, Tensor::zero_);
  }

  /** A parameter, normal around zero. */
  static Tensor normal(double deviation, long... shape) {
    return torch.empty(shape).normal_(0, deviation, new GeneratorOptional());
  }

  /** Torch's own weights. */
  static void linearWithoutBias(Module model) {
    each(model, Linear.class, weight -> {});
  }

  private static void each(
      Module model, Class<? extends Module> type, Consumer<Tensor> initialize) {
    each(model, type, initialize, Tensor::zero_);
  }

  private static void each(
      Module model,
      Class<? extends Module> type,
      Consumer<Tensor> initialize,
      Consumer<Tensor> initializeBias) {
    for (Module module : model.modules()) {
      if (type.isInstance(module)) {
        try (PointerScope temporaries = new PointerScope();
            NoGradGuard unrecorded = new NoGradGuard()) {
          initialize.accept(module.get_parameter("weight"));
          Tensor bias = module.get_parameter("bias");
          if (bias != null) {
            initializeBias.accept(bias);
          }
        }
      }
    }
  }
}
