package org.jennit.canonizers;

import org.bytedeco.pytorch.Tensor;
import org.jennit.nn.Module;
import org.jennit.types.Activation;

/**
 * A signal times its weights. As an activation it passes relevance on to its first input, the
 * signal; the weights get none.
 */
final class Gate extends Module implements Activation {

  @Override
  protected Tensor compute(Tensor... inputs) {
    return inputs[0].mul(inputs[1]);
  }
}
