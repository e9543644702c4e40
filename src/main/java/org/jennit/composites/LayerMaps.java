package org.jennit.composites;

import java.util.List;
import org.jennit.composites.LayerMapComposite.Entry;
import org.jennit.core.Hook;
import org.jennit.core.Stabilizer;
import org.jennit.nn.GatedLinear;
import org.jennit.nn.Linear;
import org.jennit.nn.Sum;
import org.jennit.rules.Epsilon;
import org.jennit.rules.Norm;
import org.jennit.rules.Pass;
import org.jennit.rules.RecurrentEpsilon;
import org.jennit.types.Activation;
import org.jennit.types.AvgPool;
import org.jennit.types.BatchNorm;
import org.jennit.types.Convolution;
import org.jennit.types.Recurrent;

/** Lines that several composites share. */
final class LayerMaps {
  private LayerMaps() {}

  /**
   * Activations and batch norms pass relevance on; sums and average poolings share it by
   * contribution; recurrent layers have a rule of their own.
   */
  static List<Entry> base(Stabilizer stabilizer) {
    return List.of(
        new Entry(Activation.class, new Pass()),
        new Entry(Sum.class, new Norm(stabilizer)),
        new Entry(AvgPool.class, new Norm(stabilizer)),
        new Entry(BatchNorm.class, new Pass()),
        new Entry(Recurrent.class, new RecurrentEpsilon()));
  }

  /** The user's lines, the base, one rule for convolutions, and Epsilon for dense layers. */
  static List<Entry> withConvolution(CompositeOptions options, Hook convolution) {
    Epsilon dense = new Epsilon(options.epsilon, options.zero_params);
    return LayerMapComposite.join(
        options.layer_map,
        base(options.stabilizer),
        List.of(
            new Entry(Convolution.class, convolution),
            new Entry(Linear.class, dense),
            // A GRU's candidate, where a canonizer has unrolled it.
            new Entry(GatedLinear.class, dense)));
  }
}
