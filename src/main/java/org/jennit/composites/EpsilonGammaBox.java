package org.jennit.composites;

import java.util.List;
import java.util.Objects;
import org.jennit.composites.LayerMapComposite.Entry;
import org.jennit.core.Coverage;
import org.jennit.rules.Gamma;
import org.jennit.rules.ZBox;
import org.jennit.types.Convolution;

/**
 * ZBox for the first convolution, Gamma for the others, Epsilon for dense layers (options: low and
 * high, which it needs; epsilon, gamma, stabilizer, layer_map, first_map, zero_params, canonizers).
 */
public final class EpsilonGammaBox extends SpecialFirstLayerMapComposite {

  public EpsilonGammaBox(double low, double high) {
    this(new CompositeOptions().low(low).high(high));
  }

  public EpsilonGammaBox(CompositeOptions options) {
    super(
        LayerMaps.withConvolution(
            Objects.requireNonNull(options, "options is null"),
            new Gamma(options.gamma, options.stabilizer, options.zero_params)),
        LayerMapComposite.join(
            options.first_map, List.of(new Entry(Convolution.class, box(options)))),
        options.canonizers);
  }

  private static ZBox box(CompositeOptions options) {
    if (options.low == null || options.high == null) {
      throw new IllegalArgumentException(
          "EpsilonGammaBox needs low and high, the bounds of the model's input");
    }
    return new ZBox(options.low, options.high, options.stabilizer, options.zero_params);
  }

  @Override
  public EpsilonGammaBox coverage(Coverage coverage) {
    super.coverage(coverage);
    return this;
  }
}
