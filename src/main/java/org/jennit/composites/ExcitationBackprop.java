package org.jennit.composites;

import java.util.List;
import java.util.Objects;
import org.jennit.composites.LayerMapComposite.Entry;
import org.jennit.core.Coverage;
import org.jennit.nn.Sum;
import org.jennit.rules.Norm;
import org.jennit.rules.ZPlus;
import org.jennit.types.AvgPool;
import org.jennit.types.Linear;

/**
 * ZPlus for all linear layers, Norm for sums and average poolings, the gradient elsewhere (options:
 * stabilizer, layer_map, zero_params, canonizers).
 */
public final class ExcitationBackprop extends LayerMapComposite {

  public ExcitationBackprop() {
    this(new CompositeOptions());
  }

  public ExcitationBackprop(CompositeOptions options) {
    super(
        LayerMapComposite.join(
            Objects.requireNonNull(options, "options is null").layer_map,
            List.of(
                new Entry(Sum.class, new Norm(options.stabilizer)),
                new Entry(AvgPool.class, new Norm(options.stabilizer)),
                new Entry(Linear.class, new ZPlus(options.stabilizer, options.zero_params)))),
        options.canonizers);
    coverage(Coverage.IGNORE);
  }

  @Override
  public ExcitationBackprop coverage(Coverage coverage) {
    super.coverage(coverage);
    return this;
  }
}
