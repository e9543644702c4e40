package org.jennit.composites;

import java.util.Objects;
import org.jennit.core.Coverage;
import org.jennit.rules.AlphaBeta;

/**
 * AlphaBeta with alpha 2 and beta 1 for convolutions, Epsilon for dense layers (options: epsilon,
 * stabilizer, layer_map, zero_params, canonizers).
 */
public final class EpsilonAlpha2Beta1 extends LayerMapComposite {

  public EpsilonAlpha2Beta1() {
    this(new CompositeOptions());
  }

  public EpsilonAlpha2Beta1(CompositeOptions options) {
    super(
        LayerMaps.withConvolution(
            Objects.requireNonNull(options, "options is null"),
            new AlphaBeta(2, 1, options.stabilizer, options.zero_params)),
        options.canonizers);
  }

  @Override
  public EpsilonAlpha2Beta1 coverage(Coverage coverage) {
    super.coverage(coverage);
    return this;
  }
}
