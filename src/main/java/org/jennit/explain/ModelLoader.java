package org.jennit.explain;

import static org.jennit.explain.SettingException.refuse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Device;
import org.jennit.demo.DigitsNet;
import org.jennit.export.ExportedProgram;
import org.jennit.models.Models;
import org.jennit.nn.Module;
import org.jennit.script.TorchScript;
import org.jennit.weights.FileKind;
import org.jennit.weights.LoadOptions;
import org.jennit.weights.StateDict;
import org.jennit.weights.Weights;

/** Makes the model that settings name. */
public final class ModelLoader {
  private final ModelSettings settings;
  private final Compute compute;
  private final boolean weightsMatter;

  /**
   * @param weightsMatter whether random weights are only taken where they are asked for
   */
  public ModelLoader(ModelSettings settings, Compute compute, boolean weightsMatter) {
    this.settings = settings;
    this.compute = compute;
    this.weightsMatter = weightsMatter;
  }

  /**
   * Makes the model; the caller closes it.
   *
   * @param labels the names of its outputs
   * @throws SettingException where there is no such model, or settings do not fit it
   * @throws IOException naming a file that cannot be read
   */
  public LoadedModel load(Labels labels) throws IOException {
    String name = settings.model();
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

  private Module make(String name, boolean isArchitecture) throws IOException {
    if (name.equals(ModelSettings.DIGITS)) {
      refuse(settings.numClasses() != null, "numClasses", "the digits network has ten outputs");
      return hasOwnWeights() ? DigitsNet.create() : DigitsNet.pretrained();
    }
    if (!isArchitecture) {
      return file(name);
    }
    refuse(
        weightsMatter && !hasOwnWeights(),
        "model",
        name + " comes without weights: give their file, or ask for random weights to just try it");
    compute.reseed();
    return settings.numClasses() == null ? Models.of(name) : models(name, settings.numClasses());
  }

  private Module models(String name, long classes) {
    return SettingException.of("numClasses", () -> Models.of(name, classes));
  }

  private Module file(String name) throws IOException {
    Path file = Path.of(name);
    refuse(
        !Files.isRegularFile(file),
        "model",
        "'"
            + name
            + "' is neither a file nor an architecture; there are "
            + String.join(", ", names()));
    refuse(hasOwnWeights(), "model", name + " holds its own weights: leave others away");
    refuse(settings.numClasses() != null, "numClasses", "the number is that of the file " + name);
    return FileKind.of(file) == FileKind.EXPORTED_PROGRAM
        ? ExportedProgram.load(file)
        : TorchScript.load(file, settings.functionalOps());
  }

  /** The models that need no file, the digits first. */
  public static List<String> names() {
    return Stream.concat(Stream.of(ModelSettings.DIGITS), Models.names().stream()).toList();
  }

  private boolean hasOwnWeights() {
    return settings.weights() != null || settings.randomWeights();
  }

  private void loadWeights(Module module) throws IOException {
    if (settings.weights() == null) {
      return;
    }
    LoadOptions how = LoadOptions.defaults();
    for (String key : settings.weightsKey()) {
      how = how.key(key);
    }
    for (String prefix : settings.stripPrefix()) {
      how = how.stripPrefix(prefix);
    }
    try (StateDict weights = Weights.load(settings.weights(), how)) {
      module.load_state_dict(weights);
    }
  }
}
