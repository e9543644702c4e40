package org.jennit.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.pytorch.Device;
import org.jennit.demo.DigitsNet;
import org.jennit.models.Models;
import org.jennit.nn.Module;
import org.jennit.script.TorchScript;
import org.jennit.weights.LoadOptions;
import org.jennit.weights.StateDict;
import org.jennit.weights.Weights;
import picocli.CommandLine.Model.CommandSpec;

/** Makes the model that a command line names. */
final class ModelLoader {
  private final ModelOptions options;
  private final Compute compute;
  private final CommandSpec spec;
  private final boolean weightsMatter;

  /**
   * @param weightsMatter whether random weights are only taken where they are asked for
   */
  ModelLoader(ModelOptions options, Compute compute, CommandSpec spec, boolean weightsMatter) {
    this.options = options;
    this.compute = compute;
    this.spec = spec;
    this.weightsMatter = weightsMatter;
  }

  /**
   * Makes a model; the caller closes it.
   *
   * @param name "digits", an architecture, or a TorchScript file
   */
  LoadedModel load(String name) throws IOException {
    Labels labels = Labels.of(name, options.labels);
    boolean isArchitecture = Models.names().contains(name);
    Module module = make(name, isArchitecture);
    try {
      loadWeights(module);
      module.eval();
      module.requires_grad_(false);
      module.to(compute.dtype());
      if (!compute.device().equals("cpu")) {
        module.to(new Device(compute.device()));
      }
      return new LoadedModel(name, module, isArchitecture, labels, compute);
    } catch (IOException | RuntimeException e) {
      module.close();
      throw e;
    }
  }

  private Module make(String name, boolean isArchitecture) {
    if (name.equals(ModelNames.DIGITS)) {
      refuse(options.numClasses != null, "--num-classes", "the digits network has ten outputs");
      return hasOwnWeights() ? DigitsNet.create() : DigitsNet.pretrained();
    }
    if (!isArchitecture) {
      return script(name);
    }
    refuse(
        weightsMatter && !hasOwnWeights(),
        "--model",
        name + " comes without weights: give --weights FILE, or --random-weights to just try it");
    compute.reseed(0);
    return options.numClasses == null ? Models.of(name) : models(name, options.numClasses);
  }

  private Module models(String name, long classes) {
    return Usage.of(spec, "--num-classes", () -> Models.of(name, classes));
  }

  private Module script(String name) {
    Path file = Path.of(name);
    refuse(
        !Files.isRegularFile(file),
        "--model",
        "'"
            + name
            + "' is neither a file nor an architecture; there are "
            + String.join(", ", new ModelNames()));
    refuse(hasOwnWeights(), "--model", name + " holds its own weights: leave --weights away");
    refuse(options.numClasses != null, "--num-classes", "the number is that of the file " + name);
    return TorchScript.load(file, options.functionalOps);
  }

  private boolean hasOwnWeights() {
    return options.weights != null || options.randomWeights;
  }

  private void refuse(boolean condition, String option, String message) {
    if (condition) {
      throw Usage.wrong(spec, option + ": " + message);
    }
  }

  private void loadWeights(Module module) throws IOException {
    if (options.weights == null) {
      return;
    }
    LoadOptions how = LoadOptions.defaults();
    for (String key : options.weightsKey) {
      how = how.key(key);
    }
    for (String prefix : options.stripPrefix) {
      how = how.stripPrefix(prefix);
    }
    try (StateDict weights = Weights.load(options.weights, how)) {
      module.load_state_dict(weights);
    }
  }
}
