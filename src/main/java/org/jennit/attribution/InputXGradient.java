package org.jennit.attribution;

import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.jennit.core.Composite;
import org.jennit.nn.Module;

/** The input times its gradient (Shrikumar et al. 2016). */
public final class InputXGradient extends GradientAttributor<InputXGradient> {

  /** Without a composite. */
  public InputXGradient(Module model) {
    this(model, null);
  }

  /**
   * @param composite null for none
   */
  public InputXGradient(Module model, Composite composite) {
    super(model, composite);
  }

  @Override
  protected Attribution forward(Tensor input, UnaryOperator<Tensor> attr_output) {
    Attribution gradient = grad(input, attr_output);
    return gradient.with(gradient.relevance().mul(input));
  }
}
