package org.jennit.canonizers;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;
import org.jennit.core.Canonizer;
import org.jennit.internal.Log;
import org.jennit.nn.Module;
import org.jennit.nn.ModuleOverrides;
import org.jennit.nn.RemovableHandle;

/**
 * Compares what the model computes with and without merged batch norms, at the first call after
 * they were merged: for those of which nothing else tells that the batch norm follows its layer
 * directly. A pair that was found right is not looked at again.
 */
final class MergeCheck extends Canonizer {
  // The batch norms that were right, by themselves: they are gone with their model.
  private static final Set<Module> PROVEN =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private final Module root;
  private final List<MergeBatchNorm> merged;
  private final RemovableHandle handle;
  private volatile boolean done;

  private MergeCheck(Module root, List<MergeBatchNorm> merged) {
    this.root = root;
    this.merged = merged;
    handle =
        root.register_forward_pre_hook(
            (module, inputs) -> {
              check(inputs);
              return null;
            });
  }

  /** A check of what is not proven yet; none where all is. */
  static List<MergeCheck> of(Module root, List<MergeBatchNorm> merged) {
    List<MergeBatchNorm> open =
        merged.stream().filter(merge -> !PROVEN.contains(merge.batchNorm())).toList();
    return open.isEmpty() ? List.of() : List.of(new MergeCheck(root, open));
  }

  private void check(Tensor[] inputs) {
    if (done) {
      return;
    }
    try (PointerScope temporaries = new PointerScope();
        NoGradGuard unrecorded = new NoGradGuard()) {
      Tensor[] all = outputs(List.of(), inputs);
      if (OutputDifference.isSmall(outputs(merged, inputs), all)) {
        merged.forEach(merge -> PROVEN.add(merge.batchNorm()));
      } else if (OutputDifference.isSmall(all, outputs(List.of(), inputs))) {
        throw new JennitException(
            "merging "
                + String.join(", ", culprits(inputs, all))
                + " changes what the model computes: the batch norm does not directly follow the"
                + " layer, or the layer's output goes elsewhere too. Name the pairs that may be merged"
                + " in a NamedMergeBatchNorm");
      } else {
        Log.warn(
            MergeCheck.class,
            "whether batch norms may be merged could not be checked: the model answers the same"
                + " input differently each time");
      }
    }
    done = true;
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
