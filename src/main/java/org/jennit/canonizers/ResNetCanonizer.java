package org.jennit.canonizers;

import java.util.List;

/**
 * What torchvision's ResNets need: batch norms merged into the convolutions before them, then
 * residual additions as Sums.
 */
public class ResNetCanonizer extends CompositeCanonizer {

  public ResNetCanonizer() {
    super(
        List.of(
            new SequentialMergeBatchNorm(),
            new ResNetBottleneckCanonizer(),
            new ResNetBasicBlockCanonizer()));
  }
}
