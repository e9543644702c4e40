package org.jennit.script;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Objects;
import org.jennit.JennitException;
import org.jennit.internal.Boundary;
import org.jennit.internal.Scripts;
import org.jennit.nn.Module;
import org.jennit.nn.Modules;
import org.jennit.weights.FileKind;
import org.jennit.weights.TorchScriptArchive;
import org.jennit.weights.WeightsException;

/**
 * Opens TorchScript files, traced or scripted, as module trees that hooks, rules, swaps and
 * composites work on.
 *
 * <p>Such a file carries code, which LibTorch's interpreter executes: open files from people you
 * trust (see {@link org.jennit.script the package}), and prefer weight files with a model of {@code
 * org.jennit.models} for others.
 *
 * <p>Submodules whose class is torch.nn's are native layers, with the options and weights of the
 * file, recurrent ones included; every other module executes its own graph, loops and branches
 * included, and calls its children by name ({@link org.jennit.nn.GraphModule}). Layers whose
 * options the file does not hold, as those that a trace spreads over several operators, execute
 * their graphs too: nothing is approximated. A module that is one layer with weights and nothing
 * else, but of another class, or with weights that it is given or computes (weight norm, a layer
 * that stands under two names), has that layer as its child, such as {@code conv2d_1}; its rule
 * sees the weights of each call. What else stays a plain function in a graph, such as the addition
 * of a residual block, has no name and gets no rule; relevance passes it as a gradient.
 *
 * <p>An operation in a graph that works in place on a rule's output works on a copy, with which all
 * who hold that tensor or a view of it go on: the model computes the same with rules as without.
 *
 * <p>Both methods may be used from several threads at once, and so may the models, as any other.
 */
public final class TorchScript {
  private TorchScript() {}

  /**
   * The tree of a file; functional operations stay inside the graphs of their modules.
   *
   * @throws JennitException as {@link #load(Path, boolean)} does
   */
  public static Module load(Path file) {
    Objects.requireNonNull(file, "file is null");
    return load(file, false);
  }

  /**
   * The tree of a file, on the CPU, in its dtypes and its train or eval mode; the caller closes it.
   *
   * <p>With {@code name_functional_ops} the functional operations of each graph become its last
   * children, in the order of the graph and counted by their names in torch: {@code relu_1}, {@code
   * relu_2}, {@code conv2d_1}... This goes for every operator that does what one layer does with
   * constant options and with weights that do not depend on the input: activations, pooling,
   * flatten, dropout, linear (also written as a product with a matrix, and a bias), convolutions,
   * normalizations, recurrent layers, softmax and attention. An addition or subtraction of two
   * tensors that are computed, also in place or with an alpha, becomes a {@link org.jennit.nn.Sum}
   * {@code add_1} of both terms, a product or quotient a {@link org.jennit.nn.Mul}, a product of
   * two computed matrices a {@link org.jennit.nn.MatMul}, {@code cat} a {@link org.jennit.nn.Cat}.
   * The weights of such a child stay registered where the file has them, so that the state_dict is
   * the same with and without names; changing them changes the child.
   *
   * <p>Since they come last, a composite with another rule for the first layer finds the first
   * layer among the file's own modules: give the rule by name where a function comes before those.
   * A batch norm stays without a name where nothing around it tells whether it is a BatchNorm1d, 2d
   * or 3d.
   *
   * <p>A file that was traced in training mode, frozen or quantised says so in the log when it is
   * opened: {@code eval()} cannot reach constants, rules cannot reach what has no module, and
   * quantised operations hand on no relevance.
   *
   * <p>Before LibTorch reads a file, it is read through here: checksums, lengths, and the tensors
   * of its pickles against their storages, so that a damaged file is refused and cannot end the
   * process. This reads the file once.
   *
   * @param file an archive by {@code torch.jit.save}, of LibTorch 2.10 or before
   * @param name_functional_ops whether functional operations become children that rules, hooks and
   *     swaps reach
   * @throws JennitException naming the file, and what is wrong with it: what it is instead of
   *     TorchScript ({@link FileKind}), what is damaged, or what in it cannot be imported, by the
   *     module's path and class, the node, and its line in the source
   */
  public static Module load(Path file, boolean name_functional_ops) {
    Objects.requireNonNull(file, "file is null");
    requireSound(file);
    try {
      return Boundary.call(
          () -> Modules.adopt(Scripts.import_script(file.toString(), name_functional_ops)));
    } catch (JennitException e) {
      throw LoadError.inWords(file, e);
    }
  }

  private static void requireSound(Path file) {
    try {
      FileKind kind = FileKind.of(file);
      if (kind != FileKind.TORCH_SCRIPT) {
        throw new JennitException(file + ": " + kind.sentence());
      }
      TorchScriptArchive.check(file);
    } catch (WeightsException e) {
      throw new JennitException(e.getMessage(), e);
    } catch (AccessDeniedException e) {
      throw new JennitException(file + " may not be read here", e);
    } catch (IOException e) {
      throw new JennitException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
