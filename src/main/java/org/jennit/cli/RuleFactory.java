package org.jennit.cli;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jennit.canonizers.Canonizers;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.Composites;
import org.jennit.core.Canonizer;
import org.jennit.core.Composite;
import org.jennit.internal.Scoped;
import picocli.CommandLine.Model.CommandSpec;

/** Makes the composite that a command line describes, for one model. */
final class RuleFactory {
  private final RuleOptions options;
  private final LoadedModel model;
  private final InputFormat format;
  private final CommandSpec spec;

  RuleFactory(RuleOptions options, LoadedModel model, InputFormat format, CommandSpec spec) {
    this.options = options;
    this.model = model;
    this.format = format;
    this.spec = spec;
  }

  /**
   * The composite asked for.
   *
   * @param otherwise the name where none was asked for
   * @return null where there is nothing to apply, neither rules nor canonizers
   */
  Composite composite(String otherwise) {
    String name = options.composite != null ? options.composite : otherwise;
    if (!name.equals(CompositeNames.NONE)) {
      return named(name);
    }
    List<Canonizer> canonizers = canonizers();
    return canonizers.isEmpty() ? null : new Composite(canonizers);
  }

  /** The composite of this name, whatever was asked for. */
  Composite named(String name) {
    return Usage.of(
        spec,
        "--composite",
        () -> Composites.of(name, compositeOptions().canonizers(canonizers())));
  }

  private CompositeOptions compositeOptions() {
    CompositeOptions made =
        new CompositeOptions()
            .low(bound("--low", options.low, format.low()))
            .high(bound("--high", options.high, format.high()))
            .zero_params(options.zeroParams.toArray(String[]::new));
    if (options.epsilon != null) {
      made.epsilon(options.epsilon);
    }
    if (options.gamma != null) {
      made.gamma(options.gamma);
    }
    if (options.stabilizer != null) {
      made.stabilizer(options.stabilizer);
    }
    if (options.betaSmooth != null) {
      made.beta_smooth(options.betaSmooth);
    }
    return made;
  }

  private Tensor bound(String option, List<Double> given, List<Double> otherwise) {
    if (given != null && given.size() != 1 && given.size() != format.channels()) {
      throw Usage.wrong(
          spec,
          option
              + ": give one value, or one for each of the "
              + format.channels()
              + " channels, not "
              + given.size());
    }
    double[] values =
        (given != null ? given : otherwise).stream().mapToDouble(Double::doubleValue).toArray();
    return Scoped.tensor(() -> model.compute().place(Tensor.create(values).view(1, -1, 1, 1)));
  }

  /** New canonizers, in the order of the options. */
  List<Canonizer> canonizers() {
    if (options.canonizers.contains(CanonizerNames.NONE) && options.canonizers.size() > 1) {
      throw Usage.wrong(spec, "--canonizer: 'none' does not go with others");
    }
    List<Canonizer> made = new ArrayList<>();
    for (String name : options.canonizers) {
      if (name.equals(CanonizerNames.AUTO)) {
        made.addAll(model.isArchitecture() ? Canonizers.of(model.name()) : List.of());
      } else if (!name.equals(CanonizerNames.NONE)) {
        made.add(Usage.of(spec, "--canonizer", () -> Canonizers.named(name)));
      }
    }
    return made;
  }
}
