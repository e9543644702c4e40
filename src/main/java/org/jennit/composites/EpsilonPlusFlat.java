package org.jennit.composites;

import java.util.List;
import java.util.Objects;
import org.jennit.composites.LayerMapComposite.Entry;
import org.jennit.core.Coverage;
import org.jennit.rules.Flat;
import org.jennit.rules.ZPlus;
import org.jennit.types.Linear;

/**
 * Flat for the first linear layer, ZPlus for convolutions, Epsilon for dense layers (options:
 * epsilon, stabilizer, layer_map, first_map, zero_params, canonizers).
 */
public final class EpsilonPlusFlat extends SpecialFirstLayerMapComposite {

  public EpsilonPlusFlat() {
    this(new CompositeOptions());
  }

  public EpsilonPlusFlat(CompositeOptions options) {
    super(
        LayerMaps.withConvolution(
            Objects.requireNonNull(options, "options is null"),
            new ZPlus(options.stabilizer, options.zero_params)),
        LayerMapComposite.join(
            options.first_map,
            List.of(new Entry(Linear.class, new Flat(options.stabilizer, options.zero_params)))),
        options.canonizers);
  }

  @Override
  public EpsilonPlusFlat coverage(Coverage coverage) {
    super.coverage(coverage);
    return this;
  }
}
