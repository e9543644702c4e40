package org.jennit.composites;

import java.util.List;
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
            options.layer_map, List.of(new Entry(ReLU.class, new ReLUGuidedBackprop()))),
        options.canonizers);
    coverage(Coverage.IGNORE);
  }

  @Override
  public GuidedBackprop coverage(Coverage coverage) {
    super.coverage(coverage);
    return this;
  }
}
