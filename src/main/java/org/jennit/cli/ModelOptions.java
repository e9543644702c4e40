package org.jennit.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** How a model is made and loaded. */
final class ModelOptions {
  @Option(
      names = {"-w", "--weights"},
      paramLabel = "FILE",
      description = "Weights of an architecture: .safetensors, .pth or .pt.")
  Path weights;

  @Option(
      names = "--weights-key",
      paramLabel = "KEY",
      description = "The dict in a nested checkpoint that holds the weights.")
  List<String> weightsKey = List.of();

  @Option(
      names = "--strip-prefix",
      paramLabel = "PREFIX",
      description = "Taken from the names of the weights, such as 'module.'.")
  List<String> stripPrefix = List.of();

  @Option(
      names = "--random-weights",
      description = "Go without weights: the heatmaps then mean nothing.")
  boolean randomWeights;

  @Option(
      names = "--num-classes",
      paramLabel = "N",
      description = "Outputs of an architecture (default: 1000; digits: 10).")
  Long numClasses;

  @Option(
      names = "--functional-ops",
      description = "Make functional operations of a TorchScript file modules that rules reach.")
  boolean functionalOps;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "Names of the classes, one a line (default: ImageNet's where there are 1000 outputs).")
  Path labels;
}
