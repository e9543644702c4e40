package org.jennit.attribution;

import org.bytedeco.pytorch.Tensor;

/** How a part of the input is hidden from the model. */
@FunctionalInterface
public interface OcclusionFunction {
  /**
   * The input with the masked part occluded.
   *
   * @param input as it was given; not to be changed
   * @param mask boolean, of the input's shape, true inside the window
   * @return of the input's shape
   */
  Tensor apply(Tensor input, Tensor mask);
}
