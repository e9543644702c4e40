package org.jennit.canonizers;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.jennit.core.Canonizer;
import org.jennit.internal.Log;
import org.jennit.models.TorchvisionModule;
import org.jennit.nn.GraphModule;
import org.jennit.nn.Module;
import org.jennit.nn.Sequential;
import org.jennit.types.BatchNorm;
import org.jennit.types.Linear;

/**
 * Merges each batch norm that directly follows a linear layer, in the order of the leaves, into
 * that layer. Where that order does not tell whether it follows in the forward too, the first call
 * compares what the model computes with and without the merged pairs, and refuses those that change
 * it, by name. Batch norms in training mode, and layers that stand at several places, are left as
 * they are, and a warning says so; so are those of a file's graph that do not follow each other, or
 * whose weight is computed at each call.
 */
public class SequentialMergeBatchNorm extends MergeBatchNorm {
  /** A module without children, where it stands first. */
  private record Leaf(String path, Module parent, Module module) {
    String name() {
      return path.substring(path.lastIndexOf('.') + 1);
    }
  }

  @Override
  public List<Canonizer> apply(Module root) {
    Objects.requireNonNull(root, "root is null");
    return applied(
        root,
        merged -> {
          IdentityHashMap<Module, Integer> places = new IdentityHashMap<>();
          List<Leaf> leaves = new ArrayList<>();
          collect("", root, root, places, leaves);
          for (int i = 1; i < leaves.size(); i++) {
            Leaf last = leaves.get(i - 1);
            Leaf leaf = leaves.get(i);
            if (last.module() instanceof Linear
                && leaf.module() instanceof BatchNorm
                && mayMerge(last, leaf, places)) {
              String names = "'" + leaf.path() + "' into '" + last.path() + "'";
              merged.add(merge(names, List.of(last.module()), leaf.module(), follows(last, leaf)));
            }
          }
        });
  }

  private static void collect(
      String path,
      Module parent,
      Module module,
      IdentityHashMap<Module, Integer> places,
      List<Leaf> leaves) {
    Map<String, Module> children = module.named_children();
    if (places.merge(module, 1, Integer::sum) == 1 && children.isEmpty()) {
      leaves.add(new Leaf(path, parent, module));
    }
    children.forEach(
        (name, child) ->
            collect(path.isEmpty() ? name : path + "." + name, module, child, places, leaves));
  }

  private static boolean mayMerge(
      Leaf linear, Leaf batch_norm, IdentityHashMap<Module, Integer> places) {
    if (batch_norm.module().is_training()) {
      Log.warn(
          SequentialMergeBatchNorm.class,
          "the batch norm '"
              + batch_norm.path()
              + "' is in training mode and goes by each batch: it is not merged");
      return false;
    }
    if (places.get(linear.module()) > 1 || places.get(batch_norm.module()) > 1) {
      Log.warn(
          SequentialMergeBatchNorm.class,
          "'"
              + linear.path()
              + "' or '"
              + batch_norm.path()
              + "' stands at several places: they are not merged");
      return false;
    }
    if (!hasOwnForward(linear.path(), linear.module())) {
      return false;
    }
    if (linear.parent() != batch_norm.parent() || !(linear.parent() instanceof GraphModule graph)) {
      return true;
    }
    if (!graph.follows_directly(linear.name(), batch_norm.name())) {
      Log.warn(
          SequentialMergeBatchNorm.class,
          "'"
              + batch_norm.path()
              + "' does not follow '"
              + linear.path()
              + "' directly: they are not merged");
      return false;
    }
    if (!hasWeight(linear.module())) {
      Log.warn(
          SequentialMergeBatchNorm.class,
          "the weight of '" + linear.path() + "' is computed at each call: it is not merged");
      return false;
    }
    return true;
  }

  private static boolean hasWeight(Module linear) {
    try (Tensor weight = linear.get_parameter("weight")) {
      return weight != null;
    }
  }

  /** Whether nothing but the batch norm takes what the layer answers, as far as the tree tells. */
  private static boolean follows(Leaf linear, Leaf batch_norm) {
    Module parent = linear.parent();
    if (parent != batch_norm.parent() || parent.is_overridden()) {
      return false;
    }
    List<Module> children = parent.children();
    return parent instanceof TorchvisionModule
        || parent instanceof GraphModule
        || (parent instanceof Sequential
            && children.indexOf(batch_norm.module()) == children.indexOf(linear.module()) + 1);
  }

  @Override
  public SequentialMergeBatchNorm copy() {
    return new SequentialMergeBatchNorm();
  }
}
