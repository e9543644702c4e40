package org.jennit.canonizers;

import org.jennit.models.BasicBlock;

/** Puts a Sum, "canonizer_sum", in the place of the addition of each {@link BasicBlock}. */
public class ResNetBasicBlockCanonizer extends AttributeCanonizer {

  public ResNetBasicBlockCanonizer() {
    super(ResidualSum.of(BasicBlock.class));
  }
}
