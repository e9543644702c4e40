package org.jennit.attribution;

import org.bytedeco.pytorch.Tensor;

/** The same relevance for every output. */
record Constant(Tensor relevance) implements Weighting {
  @Override
  public Tensor apply(Tensor output) {
    return relevance;
  }
}
