package org.jennit.attribution;

import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.jennit.core.Composite;
import org.jennit.nn.Module;

/** The absolute value of the gradient (Simonyan et al. 2014). */
public final class Saliency extends GradientAttributor<Saliency> {

  /** Without a composite. */
  public Saliency(Module model) {
    this(model, null);
  }

  /**
   * @param composite null for none
   */
  public Saliency(Module model, Composite composite) {
    super(model, composite);
  }

  @Override
  protected Attribution forward(Tensor input, UnaryOperator<Tensor> attr_output) {
    Attribution gradient = grad(input, attr_output);
    return gradient.with(gradient.relevance().abs());
  }
}
