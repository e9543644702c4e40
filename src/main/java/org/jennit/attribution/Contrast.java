package org.jennit.attribution;

import org.bytedeco.pytorch.Tensor;
import org.jennit.internal.Scoped;

/** The weights of one choice of outputs less those of another. */
record Contrast(Weighting target, Weighting against) implements Weighting {
  @Override
  public Tensor apply(Tensor output) {
    return Scoped.tensor(() -> target.apply(output).sub_(against.apply(output)));
  }
}
