package org.jennit.explain;

import static org.jennit.explain.SettingException.refuse;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jennit.canonizers.Canonizers;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.Composites;
import org.jennit.core.Canonizer;
import org.jennit.core.Composite;
import org.jennit.internal.Scoped;

/** Makes the composite that settings describe, for one model. Its errors name the setting. */
public final class RuleFactory {
  private final RuleSettings settings;
  private final LoadedModel model;
  private final InputFormat format;

  /**
   * @param format null for a model that takes no images: composites that need bounds of the input
   *     are then refused
   */
  public RuleFactory(RuleSettings settings, LoadedModel model, InputFormat format) {
    this.settings = settings;
    this.model = model;
    this.format = format;
  }

  /**
   * The composite asked for.
   *
   * @param otherwise the name where none was asked for
   * @return null where there is nothing to apply, neither rules nor canonizers
   */
  public Composite composite(String otherwise) {
    String name = settings.composite() != null ? settings.composite() : otherwise;
    if (!name.equals(RuleSettings.NONE)) {
      return named(name);
    }
    List<Canonizer> canonizers = canonizers();
    return canonizers.isEmpty() ? null : new Composite(canonizers);
  }

  /** The composite of this name, whatever was asked for. */
  public Composite named(String name) {
    return SettingException.of(
        "composite", () -> Composites.of(name, compositeOptions().canonizers(canonizers())));
  }

  private CompositeOptions compositeOptions() {
    CompositeOptions made =
        new CompositeOptions().zero_params(settings.zeroParams().toArray(String[]::new));
    if (format != null) {
      made.low(bound("low", settings.low(), format.low()))
          .high(bound("high", settings.high(), format.high()));
    }
    if (settings.epsilon() != null) {
      made.epsilon(settings.epsilon());
    }
    if (settings.gamma() != null) {
      made.gamma(settings.gamma());
    }
    if (settings.stabilizer() != null) {
      made.stabilizer(settings.stabilizer());
    }
    if (settings.betaSmooth() != null) {
      made.beta_smooth(settings.betaSmooth());
    }
    return made;
  }

  private Tensor bound(String setting, List<Double> given, List<Double> otherwise) {
    List<Double> taken = given != null ? given : otherwise;
    refuse(
        taken.size() != 1 && taken.size() != format.channels(),
        setting,
        "give one value, or one for each of the "
            + format.channels()
            + " channels, not "
            + taken.size());
    double[] values = taken.stream().mapToDouble(Double::doubleValue).toArray();
    return Scoped.tensor(() -> model.compute().place(Tensor.create(values).view(1, -1, 1, 1)));
  }

  /** New canonizers, in the order of the settings. */
  public List<Canonizer> canonizers() {
    List<String> names = settings.canonizer();
    refuse(
        names.contains(RuleSettings.NONE) && names.size() > 1,
        "canonizer",
        "'none' does not go with others");
    List<Canonizer> made = new ArrayList<>();
    for (String name : names) {
      if (name.equals(RuleSettings.AUTO)) {
        made.addAll(model.isArchitecture() ? Canonizers.of(model.name()) : List.of());
      } else if (!name.equals(RuleSettings.NONE)) {
        made.add(SettingException.of("canonizer", () -> Canonizers.named(name)));
      }
    }
    return made;
  }
}
