package org.jennit.cli;

import java.util.List;
import org.jennit.explain.RuleSettings;
import picocli.CommandLine.Option;

/** Which rules the modules get, and what is done to the model before. */
final class RuleOptions {
  @Option(
      names = {"-c", "--composite"},
      paramLabel = "NAME",
      completionCandidates = CompositeNames.class,
      description = {
        "${COMPLETION-CANDIDATES}",
        "(default: epsilon_gamma_box; none for attributors other than gradient)."
      })
  String composite;

  @Option(
      names = "--canonizer",
      paramLabel = "NAME",
      split = ",",
      completionCandidates = CanonizerNames.class,
      description = {
        "${COMPLETION-CANDIDATES}",
        "(default: auto, what the architecture needs; may be given again)."
      })
  List<String> canonizers = List.of(RuleSettings.AUTO);

  @Option(names = "--epsilon", paramLabel = "X", description = "Of Epsilon (default: 1e-6).")
  Double epsilon;

  @Option(names = "--gamma", paramLabel = "X", description = "Of Gamma (default: 0.25).")
  Double gamma;

  @Option(
      names = "--stabilizer",
      paramLabel = "X",
      description = "Of all rules but Epsilon (default: 1e-6).")
  Double stabilizer;

  @Option(
      names = "--beta-smooth",
      paramLabel = "X",
      description = "Of beta_smooth's ReLU (default: 10).")
  Double betaSmooth;

  @Option(
      names = "--low",
      split = ",",
      paramLabel = "X",
      description = "Least value of the model's input, for ZBox (default: that of a black pixel).")
  List<Double> low;

  @Option(
      names = "--high",
      split = ",",
      paramLabel = "X",
      description = "Largest value of the model's input (default: that of a white pixel).")
  List<Double> high;

  @Option(
      names = "--zero-params",
      split = ",",
      paramLabel = "NAME",
      description = "Parameters that rules take as zero, such as bias.")
  List<String> zeroParams = List.of();

  RuleSettings settings() {
    return new RuleSettings(
        composite, canonizers, epsilon, gamma, stabilizer, betaSmooth, low, high, zeroParams);
  }
}
