package org.jennit.composites;

import java.util.List;
import java.util.Objects;
import org.jennit.composites.LayerMapComposite.Entry;
import org.jennit.core.Coverage;
import org.jennit.nn.ReLU;
import org.jennit.rules.ReLUBetaSmooth;

/** The gradient with ReLUBetaSmooth for ReLUs (options: beta_smooth, layer_map, canonizers). */
public final class BetaSmooth extends LayerMapComposite {

  public BetaSmooth() {
    this(new CompositeOptions());
  }

  public BetaSmooth(CompositeOptions options) {
    super(
        LayerMapComposite.join(
            Objects.requireNonNull(options, "options is null").layer_map,
            List.of(new Entry(ReLU.class, new ReLUBetaSmooth(options.beta_smooth)))),
        options.canonizers);
    coverage(Coverage.IGNORE);
  }

  @Override
  public BetaSmooth coverage(Coverage coverage) {
    super.coverage(coverage);
    return this;
  }
}
