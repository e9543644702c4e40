package org.jennit.canonizers;

import org.jennit.models.Bottleneck;

/** Puts a Sum, "canonizer_sum", in the place of the addition of each {@link Bottleneck}. */
public class ResNetBottleneckCanonizer extends AttributeCanonizer {

  public ResNetBottleneckCanonizer() {
    super(ResidualSum.of(Bottleneck.class));
  }
}
