package org.jennit.composites;

import java.util.List;
import java.util.Objects;
import org.jennit.composites.LayerMapComposite.Entry;
import org.jennit.core.Coverage;
import org.jennit.nn.ReLU;
import org.jennit.rules.ReLUDeconvNet;

/** The gradient with ReLUDeconvNet for ReLUs (options: layer_map, canonizers). */
public final class DeconvNet extends LayerMapComposite {

  public DeconvNet() {
    this(new CompositeOptions());
  }

  public DeconvNet(CompositeOptions options) {
    super(
        LayerMapComposite.join(
            Objects.requireNonNull(options, "options is null").layer_map,
            List.of(new Entry(ReLU.class, new ReLUDeconvNet()))),
        options.canonizers);
    coverage(Coverage.IGNORE);
  }

  @Override
  public DeconvNet coverage(Coverage coverage) {
    super.coverage(coverage);
    return this;
  }
}
