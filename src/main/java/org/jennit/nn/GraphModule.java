package org.jennit.nn;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.Tensor;
import org.jennit.internal.Arguments;
import org.jennit.internal.Boundary;
import org.jennit.internal.Graphs;
import org.jennit.internal.Tensors;

/**
 * A module of a file that executes its own graph and calls its children by name, as those of
 * TorchScript and of exported programs do.
 *
 * <p>{@link #forward} and {@link #forward_all} give it tensors alone: they fill the arguments that
 * are tensors, and the others take the defaults of the file. {@link #call} gives it anything, and
 * names what comes out.
 *
 * <p>What a graph warns of ({@code warnings.warn}) is logged, once for each place.
 */
public class GraphModule extends Module {
  GraphModule(Handle handle) {
    super(handle);
  }

  /**
   * Calls the module, hooks included, with arguments by position. Each is a tensor, a whole number,
   * a float or double, a boolean, a string, null for None, or a {@link java.util.List} (also for a
   * tuple) or {@link Map} of these.
   *
   * @return the tensors of the output, in their order, owned by the caller. They are called by
   *     their keys in a dictionary, by the names of a named tuple, and by their place in a tuple or
   *     list ({@code "0"}), with a dot between those further in ({@code "heads.1"}); a lone tensor
   *     is called {@code "output"}
   * @throws IllegalArgumentException for an argument of another class
   * @throws org.jennit.JennitException naming the argument that is missing or of another type, or
   *     the path of the module that failed
   */
  public final Map<String, Tensor> call(Object... arguments) {
    return call_by_name(Map.of(), arguments);
  }

  /**
   * Whether one child takes what another answers and nothing else does, each called once, as a
   * batch norm behind its convolution.
   *
   * @param first the name of the child that is called before
   * @param second the name of the child that takes its answer
   */
  public boolean follows_directly(String first, String second) {
    org.bytedeco.pytorch.Module node = module();
    return running(() -> Graphs.follows_directly(node, first, second));
  }

  /** As {@link #call}, with arguments by name behind those by position. */
  public final Map<String, Tensor> call_by_name(Map<String, ?> named, Object... arguments) {
    org.bytedeco.pytorch.Module node = module();
    try (Arguments given = new Arguments();
        StringVector names = new StringVector()) {
      for (Object argument : arguments) {
        given.add(argument);
      }
      named.forEach(
          (name, argument) -> {
            given.add(argument);
            given.name_last(name);
          });
      Tensor[] tensors = running(() -> Tensors.take(Graphs.call_graph(node, given, names)));
      Map<String, Tensor> outputs = new LinkedHashMap<>();
      for (int i = 0; i < tensors.length; i++) {
        outputs.put(names.get(i).getString(), tensors[i]);
      }
      return outputs;
    }
  }

  /**
   * A module that stands for another from now on, with its children; the other is not used any
   * more.
   */
  protected GraphModule(GraphModule replaced) {
    super(replaced);
  }

  /**
   * Where in the source of the user each child is first called, such as "model.py:12", by the names
   * of the children; those of which the file does not tell it are left out.
   */
  public final Map<String, String> child_places() {
    Map<String, String> places = new LinkedHashMap<>();
    try (StringVector texts = Boundary.call(() -> Graphs.child_places(module()))) {
      for (long i = 0; i + 1 < texts.size(); i += 2) {
        places.put(texts.get(i).getString(), texts.get(i + 1).getString());
      }
    }
    return places;
  }
}
