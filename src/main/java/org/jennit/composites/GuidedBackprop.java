package org.jennit.composites;

import java.util.List;
import java.util.Objects;
import org.jennit.composites.LayerMapComposite.Entry;
import org.jennit.core.Coverage;
import org.jennit.nn.ReLU;
import org.jennit.rules.ReLUGuidedBackprop;

/** The gradient with ReLUGuidedBackprop for ReLUs (options: layer_map, canonizers). */
public final class GuidedBackprop extends LayerMapComposite {

  public GuidedBackprop() {
    this(new CompositeOptions());
  }

  public GuidedBackprop(CompositeOptions options) {
    super(
        LayerMapComposite.join(
            Objects.requireNonNull(options, "options is null").layer_map,
            List.of(new Entry(ReLU.class, new ReLUGuidedBackprop()))),
        options.canonizers);
    coverage(Coverage.IGNORE);
  }

  @Override
  public GuidedBackprop coverage(Coverage coverage) {
    super.coverage(coverage);
    return this;
  }
}
