package org.jennit.export;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jennit.internal.Log;
import org.jennit.nn.GraphModule;
import org.jennit.nn.Module;

/** Layers of torch.nn that a program was taken apart into operations which are none any more. */
final class UnrecognisedLayers {
  private static final String TORCH = "torch.nn.modules.";

  /** Comes as the operations that it consists of, which are children with rules of their own. */
  private static final String ATTENTION = "MultiheadAttention";

  private UnrecognisedLayers() {}

  /**
   * Logs one warning that names all leaves with parameters whose Python class is a layer, of which
   * no child of the model is.
   *
   * @param classes the Python class of each module that is called, by its path
   */
  static void warn(Path file, Module model, Map<String, String> classes) {
    List<String> found = new ArrayList<>();
    Map<String, Module> modules = model.named_modules();
    classes.forEach(
        (path, type) -> {
          if (type.startsWith(TORCH)
              && modules.get(path) instanceof GraphModule module
              && classes.keySet().stream().noneMatch(other -> other.startsWith(path + "."))
              && isUnrecognised(module)) {
            found.add("'" + path + "' (" + module.type_name() + ")");
          }
        });
    if (!found.isEmpty()) {
      Log.warn(
          ExportedProgram.class,
          file
              + ": "
              + String.join(", ", found)
              + (found.size() == 1 ? " is" : " are")
              + " taken apart into operations that are no layer any more, and rules for layers do"
              + " not reach them: save the program without run_decompositions()");
    }
  }

  private static boolean isUnrecognised(GraphModule module) {
    String type = module.type_name();
    var parameters = module.named_parameters(false).values();
    parameters.forEach(Tensor::close);
    return !parameters.isEmpty()
        && !type.equals(ATTENTION)
        && module.children().stream().noneMatch(child -> child.type_name().equals(type));
  }
}
