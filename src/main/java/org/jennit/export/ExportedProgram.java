package org.jennit.export;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;
import org.jennit.internal.Boundary;
import org.jennit.internal.ExportedDescription;
import org.jennit.internal.Exports;
import org.jennit.internal.Tensors;
import org.jennit.nn.GraphModule;
import org.jennit.nn.Modules;
import org.jennit.weights.ExportedArchive;
import org.jennit.weights.WeightsException;

/**
 * A model of a file by {@code torch.export.save}, as a module tree that hooks, rules, swaps and
 * composites work on.
 *
 * <p>The tree is that of the Python model, under its names. Layers of torch.nn that are one
 * operation of the program are native layers, with the options and weights of the file, and so are
 * its containers; every other module executes its part of the program and calls its children by
 * name. Functional operations are children too, the last ones of the module whose {@code forward}
 * has them, counted by their names in torch: {@code relu_1}, {@code add_1}... ({@link
 * org.jennit.script.TorchScript#load(Path, boolean)} says which). A module that is called twice is
 * one module and two calls. Tied weights stay tied. Modules that are never called stand in the tree
 * by name and hold their tensors.
 *
 * <p>Nothing of a file is unpickled and nothing outside of it is read. Its program is one of
 * LibTorch's operators alone, none of which runs while it is opened; those that read or write files
 * are refused.
 *
 * <p>Inputs and outputs may be nested in Python: here they are flat, in the order of {@link
 * #input_names} and {@link #output_names}. Shapes that the program was not exported for are
 * refused.
 *
 * <p>Thread-safe as any module.
 */
public final class ExportedProgram extends GraphModule {
  private final List<String> inputs;
  private final List<String> outputs;
  private final Map<String, String> classes;

  private ExportedProgram(GraphModule root, ProgramReader program) {
    super(root);
    this.inputs = List.copyOf(program.inputs);
    this.outputs = List.copyOf(program.outputs);
    this.classes = Collections.unmodifiableMap(program.classes);
  }

  /**
   * Opens a file, with its functional operations as children.
   *
   * @throws JennitException as {@link #load(Path, boolean)} does
   */
  public static ExportedProgram load(Path file) {
    Objects.requireNonNull(file, "file is null");
    return load(file, true);
  }

  /**
   * Opens a file, on the CPU, in its dtypes and in evaluation mode; the caller closes the answer.
   *
   * <p>Without {@code name_functional_ops} functional operations stay inside their modules, where
   * rules do not reach them, as in Zennit; relevance passes them as a gradient.
   *
   * @param file an archive by {@code torch.export.save} of PyTorch 2.8 to 2.10
   * @param name_functional_ops whether functional operations become children that rules, hooks and
   *     swaps reach
   * @throws JennitException naming the file and what is wrong with it: what it is instead, what is
   *     damaged, or what in its program cannot be imported, by the module's path, the operator, and
   *     the line of Python
   */
  public static ExportedProgram load(Path file, boolean name_functional_ops) {
    Objects.requireNonNull(file, "file is null");
    try (ExportedArchive archive = ExportedArchive.open(file);
        ExportedDescription description = new ExportedDescription()) {
      ProgramReader program = new ProgramReader(archive, description);
      program.read();
      GraphModule root =
          (GraphModule)
              Boundary.call(
                  () -> Modules.adopt(Exports.import_exported(description, name_functional_ops)));
      if (name_functional_ops) {
        UnrecognisedLayers.warn(file, root, program.classes);
      }
      return new ExportedProgram(root, program);
    } catch (WeightsException e) {
      throw new JennitException(e.getMessage(), e);
    } catch (NoSuchFileException e) {
      throw new JennitException(e.getMessage(), e);
    } catch (AccessDeniedException e) {
      throw new JennitException(file + " may not be read here", e);
    } catch (IOException e) {
      throw new JennitException(file + " cannot be read: " + e.getMessage(), e);
    } catch (JennitException e) {
      throw new JennitException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * The names of the tensors that the model takes, in order: those of the arguments of its {@code
   * forward} in Python, with the keys and indices of nested ones behind dots ("extra.scale").
   */
  public List<String> input_names() {
    return inputs;
  }

  /**
   * The names of the tensors that the model gives, in order: keys and indices joined by dots, as
   * "high.0"; "output" where it gives one tensor.
   */
  public List<String> output_names() {
    return outputs;
  }

  /**
   * The Python classes, such as "torch.nn.modules.conv.Conv2d", by the paths of the modules; only
   * those of modules that are called are in a file.
   */
  public Map<String, String> class_names() {
    return classes;
  }

  /**
   * Calls the model by name.
   *
   * @param given a tensor for each of {@link #input_names}
   * @return the tensors by {@link #output_names}, in order, owned by the caller
   * @throws IllegalArgumentException naming inputs that are missing or unknown
   */
  public Map<String, Tensor> forward_named(Map<String, Tensor> given) {
    if (!given.keySet().equals(Set.copyOf(inputs))) {
      throw new IllegalArgumentException(
          "the model takes the inputs " + inputs + ", but those given are " + given.keySet());
    }
    Tensor[] values = forward_all(inputs.stream().map(given::get).toArray(Tensor[]::new));
    if (values.length != outputs.size()) {
      Tensors.close(values);
      throw new IllegalStateException(
          "the model gave " + values.length + " tensors instead of " + outputs);
    }
    Map<String, Tensor> named = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      named.put(outputs.get(i), values[i]);
    }
    return named;
  }
}
