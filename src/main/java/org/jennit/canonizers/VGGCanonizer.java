package org.jennit.canonizers;

/** What torchvision's VGG needs: its batch norms merged into the convolutions before them. */
public class VGGCanonizer extends SequentialMergeBatchNorm {

  @Override
  public VGGCanonizer copy() {
    return new VGGCanonizer();
  }
}
