package org.jennit.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jennit.explain.Compute;
import org.jennit.explain.Labels;
import org.jennit.explain.LoadedModel;
import org.jennit.explain.ModelLoader;
import org.jennit.explain.ModelSettings;
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

  ModelSettings settings(String model) {
    return new ModelSettings(
        model, weights, weightsKey, stripPrefix, randomWeights, numClasses, functionalOps);
  }

  /**
   * Makes the model; the caller closes it.
   *
   * @param weightsMatter whether random weights are only taken where they are asked for
   */
  LoadedModel load(String model, Compute compute, boolean weightsMatter) throws IOException {
    Labels names = labels == null ? Labels.of(model) : Labels.read(labels);
    return new ModelLoader(settings(model), compute, weightsMatter).load(names);
  }
}
