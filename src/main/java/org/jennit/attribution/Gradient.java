package org.jennit.attribution;

import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jennit.core.Composite;
import org.jennit.nn.Module;

/** The gradient by the input; under a composite of rules, the relevance of the input. */
public final class Gradient extends GradientAttributor<Gradient> {

  /** Without a composite: the gradient. */
  public Gradient(Module model) {
    this(model, null);
  }

  /**
   * @param composite null for none
   */
  public Gradient(Module model, Composite composite) {
    super(model, composite);
  }

  /**
   * Answers in {@link Attribution#layers} the relevance at the outputs of these modules too, of the
   * same pass.
   *
   * @param paths such as "features.3", in the model as canonizers leave it; a path that is not
   *     there is refused with an IllegalArgumentException when the composite is registered
   */
  public Gradient layers(List<String> paths) {
    return with(copy -> copy.capture(paths));
  }

  /** See {@link #layers(List)}. */
  public Gradient layers(String... paths) {
    return layers(List.of(paths));
  }

  /**
   * Several targets for the cost of one forward pass. Layers are not captured.
   *
   * @param targets K output indices, each for all samples
   * @return a relevance of the shape (K, shape of the input)
   */
  public Attribution targets(Tensor input, long... targets) {
    if (targets.length == 0) {
      throw new IllegalArgumentException("at least one target is needed");
    }
    return attribute(() -> each(input, targets));
  }

  private Attribution each(Tensor input, long[] targets) {
    try (AutoGradMode recording = new AutoGradMode(true)) {
      Tensor point = differentiable(input);
      Tensor output = model().forward(point);
      TensorVector relevances = new TensorVector();
      for (int i = 0; i < targets.length; i++) {
        boolean retain = records() || i + 1 < targets.length;
        relevances.push_back(
            differentiate(output, List.of(point), new Targets(targets[i]), retain)[0]);
      }
      return new Attribution(kept(output), torch.stack(relevances));
    }
  }

  @Override
  protected Attribution forward(Tensor input, UnaryOperator<Tensor> attr_output) {
    return grad(input, attr_output);
  }
}
