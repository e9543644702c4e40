package org.jennit.export;

import java.nio.file.Path;
import java.util.Map;
import org.jennit.internal.Log;
import org.jennit.nn.GraphModule;
import org.jennit.nn.Module;

/** Layers of torch.nn that a program was taken apart into operations which are none any more. */
final class UnrecognisedLayers {
  private static final String TORCH = "torch.nn.modules.";

  private UnrecognisedLayers() {}

  /**
   * Logs a warning for each leaf whose Python class is a layer, of which no child of the model is.
   *
   * @param classes the Python class of each module that is called, by its path
   */
  static void warn(Path file, Module model, Map<String, String> classes) {
    Map<String, Module> modules = model.named_modules();
    classes.forEach(
        (path, type) -> {
          Module module = modules.get(path);
          boolean isLeaf = classes.keySet().stream().noneMatch(p -> p.startsWith(path + "."));
          if (type.startsWith(TORCH)
              && module instanceof GraphModule
              && isLeaf
              && module.children().stream()
                  .noneMatch(child -> child.type_name().equals(module.type_name()))) {
            Log.warn(
                ExportedProgram.class,
                file
                    + ": '"
                    + path
                    + "' ("
                    + module.type_name()
                    + ") is taken apart into operations in which that layer is not recognised: rules"
                    + " for it do not reach them. Save the program without run_decompositions()");
          }
        });
  }
}
