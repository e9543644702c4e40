package org.jennit.composites;

import java.util.Objects;
import org.jennit.core.Coverage;
import org.jennit.rules.ZPlus;

/**
 * ZPlus for convolutions, Epsilon for dense layers (options: epsilon, stabilizer, layer_map,
 * zero_params, canonizers).
 */
public final class EpsilonPlus extends LayerMapComposite {

  public EpsilonPlus() {
    this(new CompositeOptions());
  }

  public EpsilonPlus(CompositeOptions options) {
    super(
        LayerMaps.withConvolution(
            Objects.requireNonNull(options, "options is null"),
            new ZPlus(options.stabilizer, options.zero_params)),
        options.canonizers);
  }

  @Override
  public EpsilonPlus coverage(Coverage coverage) {
    super.coverage(coverage);
    return this;
  }
}
