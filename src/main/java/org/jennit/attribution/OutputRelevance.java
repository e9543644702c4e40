package org.jennit.attribution;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;

/** The relevance of the output, where a backward pass begins. */
final class OutputRelevance {
  private OutputRelevance() {}

  /**
   * What {@code attr_output} answers for this output.
   *
   * @throws JennitException where it is null, not floating point, or of another shape than the
   *     output
   */
  static Tensor of(Tensor output, UnaryOperator<Tensor> attr_output) {
    Tensor relevance = ofAnyShape(output, attr_output);
    if (!Arrays.equals(relevance.shape(), output.shape())) {
      throw new JennitException(
          "attr_output has the shape "
              + Arrays.toString(relevance.shape())
              + ", but the model's output has "
              + Arrays.toString(output.shape()));
    }
    return relevance;
  }

  /** As {@link #of(Tensor, UnaryOperator)}, of any shape. */
  static Tensor ofAnyShape(Tensor output, UnaryOperator<Tensor> attr_output) {
    Tensor relevance = attr_output.apply(output);
    if (relevance == null || !relevance.defined()) {
      throw new JennitException("attr_output answered null in place of the output's relevance");
    }
    if (!relevance.is_floating_point()) {
      throw new JennitException(
          "attr_output has the dtype "
              + relevance.scalar_type()
              + ", but a relevance is floating point: convert it with to(output.scalar_type())");
    }
    return relevance;
  }
}
