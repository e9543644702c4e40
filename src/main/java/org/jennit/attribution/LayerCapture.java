package org.jennit.attribution;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;
import org.jennit.nn.Module;

/** Keeps the outputs of named modules, for each thread those of its own run. */
final class LayerCapture {
  private final List<String> paths;

  // One capture lives as long as one attributor, and each thread has its own.
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<Run> current = new ThreadLocal<>();

  LayerCapture(List<String> paths) {
    this.paths = List.copyOf(new LinkedHashSet<>(paths));
  }

  boolean isEmpty() {
    return paths.isEmpty();
  }

  /** Hooks the modules; the hooks keep nothing on threads that have no run. */
  void register(Module model) {
    for (String path : paths) {
      ModulePaths.find(model, path)
          .register_forward_hook((module, inputs, outputs) -> keep(path, outputs));
    }
  }

  private Tensor keep(String path, Tensor[] outputs) {
    Run run = current.get();
    if (run == null) {
      return null;
    }
    for (Tensor output : outputs) {
      if (run.roots && !output.requires_grad() && output.is_floating_point()) {
        output.requires_grad_(true);
      }
      // Beyond the scope of the callback; the run frees it.
      output.retainReference();
      run.tensors.get(path).add(output);
    }
    // What comes next may work in place on what it gets.
    return outputs.length == 1 ? outputs[0].clone() : null;
  }

  /**
   * Captures what this thread computes until the run is closed.
   *
   * @param roots whether the graph begins at the modules' outputs, since the input is of integers
   */
  Run start(boolean roots) {
    return new Run(roots);
  }

  /** The tensors of one thread's forward, freed when it is closed. */
  final class Run implements AutoCloseable {
    private final Map<String, List<Tensor>> tensors = new LinkedHashMap<>();
    private final Run outer = current.get();
    private final boolean roots;

    private Run(boolean roots) {
      this.roots = roots;
      paths.forEach(path -> tensors.put(path, new ArrayList<>()));
      current.set(this);
    }

    /**
     * The outputs by path, in the order of the calls.
     *
     * @throws JennitException where a module was not called, or its output does not depend on the
     *     input
     */
    Map<String, List<Tensor>> tensors() {
      tensors.forEach(
          (path, outputs) -> {
            if (outputs.isEmpty()) {
              throw new JennitException("module '" + path + "' was not called in the forward");
            }
            if (!outputs.stream().allMatch(Tensor::requires_grad)) {
              throw new JennitException(
                  "the output of module '" + path + "' does not depend on the input");
            }
          });
      return tensors;
    }

    @Override
    public void close() {
      if (outer == null) {
        current.remove();
      } else {
        current.set(outer);
      }
      tensors.values().forEach(outputs -> outputs.forEach(Tensor::close));
    }
  }
}
