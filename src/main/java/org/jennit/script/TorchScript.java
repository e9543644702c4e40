package org.jennit.script;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jennit.JennitException;
import org.jennit.internal.Boundary;
import org.jennit.internal.Scripts;
import org.jennit.nn.Module;
import org.jennit.nn.Modules;

/**
 * Opens TorchScript files, traced or scripted, as module trees that hooks, rules, swaps and
 * composites work on.
 *
 * <p>Such a file carries code, which the interpreter executes: open files from people you trust,
 * and prefer weight files with a model of {@code org.jennit.models} for others.
 */
public final class TorchScript {
  private TorchScript() {}

  /** The tree of a file; functional operations stay inside the graphs of their modules. */
  public static Module load(Path file) {
    return load(file, false);
  }

  /**
   * The tree of a file, on the CPU, in its dtypes and its train or eval mode. Submodules that are
   * torch.nn's are native layers under their own names.
   *
   * @param name_functional_ops whether functional operations, such as the {@code relu} and the
   *     addition of a residual block, become children ({@code relu_1}, {@code add_1}) that rules
   *     reach
   * @throws JennitException naming the file, and what in it cannot be imported
   */
  public static Module load(Path file, boolean name_functional_ops) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new JennitException(file + " is not a file that can be read");
    }
    return Boundary.call(
        () -> Modules.adopt(Scripts.import_script(file.toString(), name_functional_ops)));
  }
}
