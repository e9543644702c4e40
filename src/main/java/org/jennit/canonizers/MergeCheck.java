package org.jennit.canonizers;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;
import org.jennit.core.Canonizer;
import org.jennit.internal.Log;
import org.jennit.internal.Tree;
import org.jennit.nn.Module;
import org.jennit.nn.ModuleOverrides;
import org.jennit.nn.RemovableHandle;
import org.jennit.types.BatchNorm;

/**
 * Compares what the model computes with and without merged batch norms, at the first call after
 * they were merged: for those of which nothing else tells that the batch norm follows its layer
 * directly. Pairs that were found right are looked at again only in another tree.
 */
final class MergeCheck extends Canonizer {
  // The last pairs that were right in a tree: they are gone with it.
  private static final Map<Module, Proof> PROVEN = Collections.synchronizedMap(new WeakHashMap<>());

  /**
   * What the answer of a check depends on, by ids that are never given again.
   *
   * @param tree all modules, as the call saw them
   * @param pairs of each, the layers and the batch norm
   */
  private record Proof(List<Long> tree, List<List<Long>> pairs) {}

  private final Module root;
  private final List<MergeBatchNorm> merged;
  private final RemovableHandle handle;
  private volatile boolean done;

  MergeCheck(Module root, List<MergeBatchNorm> merged) {
    this.root = root;
    this.merged = merged;
    handle =
        root.register_forward_pre_hook(
            (module, inputs) -> {
              check(inputs);
              return null;
            });
  }

  private void check(Tensor[] inputs) {
    if (done) {
      return;
    }
    Proof proof = proof();
    if (proof == null || !proof.equals(PROVEN.get(root))) {
      boolean right = compare(inputs);
      if (right && proof != null) {
        PROVEN.put(root, proof);
      }
    }
    done = true;
  }

  /** Null where a module has another forward, which tells nothing of what it will do next time. */
  private Proof proof() {
    List<Module> tree = root.modules();
    boolean other = tree.stream().anyMatch(m -> m.is_overridden() && !(m instanceof BatchNorm));
    return other
        ? null
        : new Proof(ids(tree), merged.stream().map(merge -> ids(merge.modules())).toList());
  }

  private static List<Long> ids(List<Module> modules) {
    return modules.stream().map(module -> Tree.node_id(module.module())).toList();
  }

  /** Whether the merged pairs change nothing; false where that cannot be told. */
  private boolean compare(Tensor[] inputs) {
    try (PointerScope temporaries = new PointerScope();
        NoGradGuard unrecorded = new NoGradGuard()) {
      Tensor[] all = outputs(List.of(), inputs);
      if (OutputDifference.isSmall(outputs(merged, inputs), all)) {
        return true;
      }
      if (OutputDifference.isSmall(all, outputs(List.of(), inputs))) {
        throw new JennitException(
            "merging "
                + String.join(", ", culprits(inputs, all))
                + " changes what the model computes: the batch norm does not directly follow the"
                + " layer, or the layer's output goes elsewhere too. Name the pairs that may be merged"
                + " in a NamedMergeBatchNorm");
      }
      Log.warn(
          MergeCheck.class,
          "whether batch norms may be merged could not be checked: the model answers the same"
              + " input differently each time");
      return false;
    }
  }

  private List<String> culprits(Tensor[] inputs, Tensor[] all) {
    List<String> names =
        merged.stream()
            .filter(merge -> !OutputDifference.isSmall(outputs(List.of(merge), inputs), all))
            .map(MergeBatchNorm::names)
            .toList();
    return names.isEmpty() ? merged.stream().map(MergeBatchNorm::names).toList() : names;
  }

  /** What the model computes without some of the merged pairs. */
  private Tensor[] outputs(List<MergeBatchNorm> without, Tensor[] inputs) {
    List<RemovableHandle> handles = without.stream().flatMap(m -> m.handles().stream()).toList();
    return ModuleOverrides.without(handles, () -> root.forward_with(Map.of(), inputs));
  }

  @Override
  public List<Canonizer> apply(Module root) {
    return List.of();
  }

  @Override
  public void remove() {
    handle.remove();
  }

  @Override
  public Canonizer copy() {
    return this;
  }
}
