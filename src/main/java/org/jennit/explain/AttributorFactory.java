package org.jennit.explain;

import static org.jennit.explain.SettingException.refuse;

import java.util.List;
import java.util.Objects;
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

/** Makes the attributor that settings describe. */
public final class AttributorFactory {
  private final AttributorSettings settings;

  /**
   * Needs no native code.
   *
   * @throws SettingException for settings that do not belong to the attributor
   */
  public AttributorFactory(AttributorSettings settings) {
    Objects.requireNonNull(settings, "settings is null");
    this.settings = settings;
    AttributorName name = settings.attributor();
    boolean iterates =
        name == AttributorName.smoothgrad || name == AttributorName.integrated_gradients;
    boolean occludes = name == AttributorName.occlusion;
    foreign(settings.nIter() != null && !iterates, "nIter");
    foreign(settings.noiseLevel() != null && name != AttributorName.smoothgrad, "noiseLevel");
    foreign(settings.window() != null && !occludes, "window");
    foreign(settings.stride() != null && !occludes, "stride");
    if (name == AttributorName.gradcam) {
      refuse(
          settings.layer().size() != 1,
          "attributor",
          "gradcam needs one layer, such as features.29");
    } else {
      foreign(!settings.layer().isEmpty() && name != AttributorName.gradient, "layer");
    }
  }

  private void foreign(boolean condition, String setting) {
    refuse(condition, setting, "means nothing for the attributor " + settings.attributor());
  }

  /**
   * The modules whose relevance is wanted beside the input's; GradCAM's layer is not one of them.
   */
  public List<String> layers() {
    return settings.attributor() == AttributorName.gradient ? settings.layer() : List.of();
  }

  /**
   * The attributor, not open.
   *
   * @param composite null for none
   * @throws SettingException naming a setting that the attributor refuses
   */
  public Attributor<?> attributor(LoadedModel model, Composite composite) {
    return switch (settings.attributor()) {
      case gradient -> new Gradient(model.module(), composite).layers(settings.layer());
      case smoothgrad ->
          smoothGrad(new SmoothGrad(model.module(), composite).seed(model.compute().seed()));
      case integrated_gradients -> integrated(new IntegratedGradients(model.module(), composite));
      case input_x_gradient -> new InputXGradient(model.module(), composite);
      case saliency -> new Saliency(model.module(), composite);
      case occlusion -> occlusion(new Occlusion(model.module(), composite));
      case gradcam ->
          new GradCAM(model.module(), composite, settings.layer().get(0)).upsample(true);
    };
  }

  private SmoothGrad smoothGrad(SmoothGrad base) {
    SmoothGrad iterating =
        given("nIter", base, settings.nIter(), () -> base.n_iter(settings.nIter()));
    return given(
        "noiseLevel",
        iterating,
        settings.noiseLevel(),
        () -> iterating.noise_level(settings.noiseLevel()));
  }

  private IntegratedGradients integrated(IntegratedGradients base) {
    return given("nIter", base, settings.nIter(), () -> base.n_iter(settings.nIter()));
  }

  private Occlusion occlusion(Occlusion base) {
    Occlusion windowed =
        given("window", base, settings.window(), () -> window(base, settings.window()));
    return given("stride", windowed, settings.stride(), () -> stride(windowed, settings.stride()));
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

  private static <A> A given(String setting, A base, Object value, Supplier<A> changed) {
    return value == null ? base : SettingException.of(setting, changed);
  }
}
