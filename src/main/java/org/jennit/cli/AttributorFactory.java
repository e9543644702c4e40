package org.jennit.cli;

import java.util.List;
import java.util.function.Supplier;
import org.jennit.attribution.Attributor;
import org.jennit.attribution.GradCAM;
import org.jennit.attribution.Gradient;
import org.jennit.attribution.InputXGradient;
import org.jennit.attribution.IntegratedGradients;
import org.jennit.attribution.Occlusion;
import org.jennit.attribution.Saliency;
import org.jennit.attribution.SmoothGrad;
import org.jennit.core.Composite;
import org.jennit.nn.Module;
import picocli.CommandLine.Model.CommandSpec;

/** Makes the attributor that a command line describes. */
final class AttributorFactory {
  private final AttributorOptions options;
  private final CommandSpec spec;

  AttributorFactory(AttributorOptions options, CommandSpec spec) {
    this.options = options;
    this.spec = spec;
  }

  /** Refuses options that do not belong to the attributor. */
  void check() {
    AttributorName name = options.attributor;
    boolean iterates =
        name == AttributorName.smoothgrad || name == AttributorName.integrated_gradients;
    refuse(options.iterations != null && !iterates, "--n-iter");
    refuse(options.noiseLevel != null && name != AttributorName.smoothgrad, "--noise-level");
    refuse(options.window != null && name != AttributorName.occlusion, "--window");
    refuse(options.stride != null && name != AttributorName.occlusion, "--stride");
    if (name == AttributorName.gradcam) {
      if (options.layers.size() != 1) {
        throw Usage.wrong(spec, "--attributor: gradcam needs one --layer, such as features.29");
      }
    } else {
      refuse(!options.layers.isEmpty() && name != AttributorName.gradient, "--layer");
    }
  }

  private void refuse(boolean condition, String option) {
    if (condition) {
      throw Usage.wrong(spec, option + " means nothing for the attributor " + options.attributor);
    }
  }

  /**
   * The attributor, not open.
   *
   * @param composite null for none
   */
  Attributor<?> attributor(Module model, Composite composite) {
    return switch (options.attributor) {
      case gradient -> new Gradient(model, composite).layers(options.layers);
      case smoothgrad -> smoothGrad(new SmoothGrad(model, composite));
      case integrated_gradients -> integrated(new IntegratedGradients(model, composite));
      case input_x_gradient -> new InputXGradient(model, composite);
      case saliency -> new Saliency(model, composite);
      case occlusion -> occlusion(new Occlusion(model, composite));
      case gradcam -> new GradCAM(model, composite, options.layers.get(0)).upsample(true);
    };
  }

  private SmoothGrad smoothGrad(SmoothGrad base) {
    SmoothGrad iterating =
        given("--n-iter", base, options.iterations, () -> base.n_iter(options.iterations));
    return given(
        "--noise-level",
        iterating,
        options.noiseLevel,
        () -> iterating.noise_level(options.noiseLevel));
  }

  private IntegratedGradients integrated(IntegratedGradients base) {
    return given("--n-iter", base, options.iterations, () -> base.n_iter(options.iterations));
  }

  private Occlusion occlusion(Occlusion base) {
    Occlusion windowed =
        given("--window", base, options.window, () -> window(base, options.window));
    return given("--stride", windowed, options.stride, () -> stride(windowed, options.stride));
  }

  private static Occlusion window(Occlusion base, List<Long> sizes) {
    return sizes.size() == 1 ? base.window(sizes.get(0)) : base.window(longs(sizes));
  }

  private static Occlusion stride(Occlusion base, List<Long> sizes) {
    return sizes.size() == 1 ? base.stride(sizes.get(0)) : base.stride(longs(sizes));
  }

  private static long[] longs(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }

  private <A> A given(String option, A base, Object value, Supplier<A> changed) {
    return value == null ? base : Usage.of(spec, option, changed);
  }
}
