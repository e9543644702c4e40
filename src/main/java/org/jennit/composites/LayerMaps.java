package org.jennit.composites;

import java.util.List;
import org.jennit.composites.LayerMapComposite.Entry;
import org.jennit.core.Hook;
import org.jennit.nn.Sum;
import org.jennit.rules.Epsilon;
import org.jennit.rules.Norm;
import org.jennit.rules.Pass;
import org.jennit.types.Activation;
import org.jennit.types.AvgPool;
import org.jennit.types.BatchNorm;
import org.jennit.types.Convolution;

/** Lines that several composites share. */
final class LayerMaps {
  private LayerMaps() {}

  /**
   * Activations and batch norms pass relevance on; sums and average poolings share it by
   * contribution.
   */
  static List<Entry> base(CompositeOptions options) {
    return List.of(
        new Entry(Activation.class, new Pass()),
        new Entry(Sum.class, new Norm(options.stabilizer)),
        new Entry(AvgPool.class, new Norm(options.stabilizer)),
        new Entry(BatchNorm.class, new Pass()));
  }

  /** The user's lines, the base, one rule for convolutions, and Epsilon for dense layers. */
  static List<Entry> withConvolution(CompositeOptions options, Hook convolution) {
    return LayerMapComposite.join(
        options.layer_map,
        base(options),
        List.of(
            new Entry(Convolution.class, convolution),
            new Entry(
                org.jennit.nn.Linear.class, new Epsilon(options.epsilon, options.zero_params))));
  }
}
