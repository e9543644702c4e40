package org.jennit.canonizers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jennit.canonizers.NamedMergeBatchNorm.Names;
import org.jennit.core.Canonizer;
import org.jennit.models.DenseLayer;
import org.jennit.models.DenseNet;
import org.jennit.nn.AdaptiveAvgPool2d;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;

/**
 * What torchvision's DenseNet needs. Its batch norms stand in two places:
 *
 * <ul>
 *   <li>after a convolution (norm0, and norm2 of each layer): merged into it;
 *   <li>before a ReLU, over features that several layers read (norm1, the transitions' norm,
 *       norm5): there is no linear layer before them that they could be merged into, for each
 *       reader scales the shared features differently, and the ReLU keeps them from the one after
 *       them. They stay. Batch norm and ReLU together are one function of each element, an
 *       activation, and relevance passes through both unchanged: nothing is lost to the batch
 *       norm's shift, and features that the ReLU sets to zero get nothing. The built-in composites
 *       map batch norms so.
 * </ul>
 *
 * <p>{@link SequentialMergeBatchNorm} must not be used here: in the order of the leaves, norm1
 * follows a convolution that is not its only input. The last ReLU and pooling, which torchvision
 * calls as functions, become modules.
 */
public class DenseNetCanonizer extends Canonizer {
  private static final String RELU = "canonizer_relu";
  private static final String POOL = "canonizer_avgpool";

  @Override
  public List<Canonizer> apply(Module root) {
    Objects.requireNonNull(root, "root is null");
    return new CompositeCanonizer(
            List.of(
                new NamedMergeBatchNorm(merged(root)),
                new AttributeCanonizer((name, module) -> head(module))))
        .apply(root);
  }

  private static List<Names> merged(Module root) {
    List<Names> names = new ArrayList<>();
    root.named_modules()
        .forEach(
            (path, module) -> {
              String prefix = path.isEmpty() ? "" : path + ".";
              if (module instanceof DenseNet) {
                names.add(new Names(List.of(prefix + "features.conv0"), prefix + "features.norm0"));
              } else if (module instanceof DenseLayer) {
                names.add(new Names(List.of(prefix + "conv1"), prefix + "norm2"));
              }
            });
    return names;
  }

  private static AttributeCanonizer.Attributes head(Module module) {
    if (!(module instanceof DenseNet model) || module.is_overridden()) {
      return null;
    }
    Map<String, Module> children = new LinkedHashMap<>();
    children.put(RELU, new ReLU());
    children.put(POOL, new AdaptiveAvgPool2d(1));
    return new AttributeCanonizer.Attributes(
        (canonized, inputs) ->
            model.call(model.call(inputs[0], "features", RELU, POOL).flatten(1, -1), "classifier"),
        children);
  }

  /** Does nothing: {@link #apply} answers the canonizers that undo its changes. */
  @Override
  public void remove() {}

  @Override
  public DenseNetCanonizer copy() {
    return new DenseNetCanonizer();
  }
}
