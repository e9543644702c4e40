package org.jennit.canonizers;

import java.util.List;
import org.jennit.core.Canonizer;
import org.jennit.nn.Module;
import org.jennit.types.BatchNorm;
import org.jennit.types.Linear;

/**
 * Merges each batch norm that directly follows a linear layer, in the order of the leaves, into
 * that layer.
 */
public class SequentialMergeBatchNorm extends MergeBatchNorm {
  @Override
  public List<Canonizer> apply(Module root) {
    return applied(
        merged -> {
          Module last = null;
          for (Module leaf : root.modules()) {
            if (leaf.named_children().isEmpty()) {
              if (last instanceof Linear && leaf instanceof BatchNorm) {
                merged.add(merge(List.of(last), leaf));
              }
              last = leaf;
            }
          }
        });
  }

  @Override
  public SequentialMergeBatchNorm copy() {
    return new SequentialMergeBatchNorm();
  }
}
