package org.jennit.attribution;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.jennit.core.Autograd;
import org.jennit.core.Composite;
import org.jennit.nn.Module;

/** The gradient by the input; under a composite of rules, the relevance of the input. */
public final class Gradient extends GradientAttributor<Gradient> {
  // As many as fill the machine's product units; more of them take memory and no less time.
  private static final int SAMPLES_PER_PASS = 16;

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
   * same pass. For an input of integers, such as token ids, the attribution's own relevance is that
   * of the first of these modules.
   *
   * @param paths such as "features.3", in the model as canonizers leave it; a path that is not
   *     there is refused with an IllegalArgumentException when the composite is registered
   */
  public Gradient layers(List<String> paths) {
    Objects.requireNonNull(paths, "paths is null");
    return with(copy -> copy.capture(paths));
  }

  /** See {@link #layers(List)}. */
  public Gradient layers(String... paths) {
    Objects.requireNonNull(paths, "paths is null");
    return layers(List.of(paths));
  }

  /**
   * Several targets for the cost of one forward pass, and up to 16 samples by targets in each
   * backward pass: see {@link Autograd.Option#IS_GRADS_BATCHED}. Layers are not captured.
   *
   * @param targets K output indices, each for all samples
   * @return a relevance of the shape (K, shape of the input)
   */
  public Attribution targets(Tensor input, long... targets) {
    Objects.requireNonNull(targets, "targets is null");
    if (targets.length == 0) {
      throw new IllegalArgumentException("at least one target is needed");
    }
    check(input);
    if (!input.is_floating_point()) {
      throw new JennitException("several targets at once need an input of floating point");
    }
    return attribute(() -> each(input, targets));
  }

  private Attribution each(Tensor input, long[] targets) {
    try (AutoGradMode recording = new AutoGradMode(true)) {
      Tensor point = differentiable(input);
      Tensor output = outputForRelevance(point);
      int samples = output.dim() > 1 ? Math.toIntExact(output.size(0)) : 1;
      int step = Math.max(1, SAMPLES_PER_PASS / Math.max(1, samples));
      TensorVector relevances = new TensorVector();
      for (int from = 0; from < targets.length; from += step) {
        int to = Math.min(targets.length, from + step);
        relevances.push_back(several(output, point, Arrays.copyOfRange(targets, from, to)));
      }
      return new Attribution(kept(output), torch.cat(relevances, 0));
    }
  }

  private Tensor several(Tensor output, Tensor point, long[] targets) {
    TensorVector seeds = new TensorVector();
    for (long target : targets) {
      seeds.push_back(new Targets(target).apply(output));
    }
    return differentiate(output, List.of(point), torch.stack(seeds), Autograd.IS_GRADS_BATCHED)[0];
  }

  @Override
  boolean takes_integers() {
    return !capture().isEmpty();
  }

  @Override
  protected Attribution forward(Tensor input, UnaryOperator<Tensor> attr_output) {
    return grad(input, attr_output);
  }
}
