package org.jennit.composites;

import java.util.List;
import java.util.Objects;
import org.jennit.composites.LayerMapComposite.Entry;
import org.jennit.core.Coverage;
import org.jennit.rules.AlphaBeta;
import org.jennit.rules.Flat;
import org.jennit.types.Linear;

/**
 * Flat for the first linear layer, AlphaBeta with alpha 2 and beta 1 for convolutions, Epsilon for
 * dense layers (options: epsilon, stabilizer, layer_map, first_map, zero_params, canonizers).
 */
public final class EpsilonAlpha2Beta1Flat extends SpecialFirstLayerMapComposite {

  public EpsilonAlpha2Beta1Flat() {
    this(new CompositeOptions());
  }

  public EpsilonAlpha2Beta1Flat(CompositeOptions options) {
    super(
        LayerMaps.withConvolution(
            Objects.requireNonNull(options, "options is null"),
            new AlphaBeta(2, 1, options.stabilizer, options.zero_params)),
        LayerMapComposite.join(
            options.first_map,
            List.of(new Entry(Linear.class, new Flat(options.stabilizer, options.zero_params)))),
        options.canonizers);
  }

  @Override
  public EpsilonAlpha2Beta1Flat coverage(Coverage coverage) {
    super.coverage(coverage);
    return this;
  }
}
