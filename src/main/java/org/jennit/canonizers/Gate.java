package org.jennit.canonizers;

import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.jennit.nn.Module;
import org.jennit.types.Activation;

/**
 * A signal times weights that are made of it. As an activation it passes all relevance on to the
 * signal; what makes the weights gets none.
 */
final class Gate extends Module implements Activation {
  private final UnaryOperator<Tensor> weights;

  /**
   * @param weights from the signal to what it is multiplied with
   */
  Gate(UnaryOperator<Tensor> weights) {
    this.weights = weights;
  }

  @Override
  protected Tensor compute(Tensor... inputs) {
    return inputs[0].mul(weights.apply(inputs[0]));
  }
}
