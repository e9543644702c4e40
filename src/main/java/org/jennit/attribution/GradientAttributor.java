package org.jennit.attribution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.core.Autograd;
import org.jennit.core.Composite;
import org.jennit.internal.Boundary;
import org.jennit.nn.Module;

/**
 * What all attributors share that go by the gradient; under a composite, the gradient is the
 * relevance.
 */
public abstract class GradientAttributor<A extends GradientAttributor<A>> extends Attributor<A> {
  private boolean create_graph;
  private boolean retain_graph;

  protected GradientAttributor(Module model, Composite composite) {
    super(model, composite);
  }

  /**
   * Whether the attribution can be differentiated, by the input where that requires a gradient, and
   * by the parameters; false by default. The graph is kept then.
   */
  public final A create_graph(boolean create) {
    return with(copy -> base(copy).create_graph = create);
  }

  /** Whether the output keeps its graph for another pass; false by default. */
  public final A retain_graph(boolean retain) {
    return with(copy -> base(copy).retain_graph = retain);
  }

  @Override
  protected final boolean records() {
    return create_graph || retain_graph;
  }

  /**
   * The gradient of the model's output by {@code input}, and by the outputs of the layers that are
   * captured.
   */
  protected final Attribution grad(Tensor input, UnaryOperator<Tensor> attr_output) {
    return grad(input, attr_output, (output, gradient) -> gradient);
  }

  /**
   * As {@link #grad(Tensor, UnaryOperator)}.
   *
   * @param at_layer the relevance at a layer, of its output and the gradient there
   */
  final Attribution grad(
      Tensor input, UnaryOperator<Tensor> attr_output, BinaryOperator<Tensor> at_layer) {
    try (AutoGradMode recording = new AutoGradMode(true);
        LayerCapture.Run captured = capture().start(!input.is_floating_point())) {
      Tensor point = differentiable(input);
      Tensor output = outputForRelevance(point);
      Map<String, List<Tensor>> layers = captured.tensors();
      List<Tensor> by = new ArrayList<>();
      if (point.is_floating_point()) {
        by.add(point);
      }
      layers.values().forEach(by::addAll);
      Iterator<Tensor> gradients =
          Arrays.asList(differentiate(output, by, attr_output, records())).iterator();
      Tensor relevance = point.is_floating_point() ? gradients.next() : null;
      Map<String, List<Tensor>> relevances = new LinkedHashMap<>();
      layers.forEach(
          (path, calls) ->
              relevances.put(
                  path,
                  calls.stream()
                      .map(call -> at_layer.apply(kept(call), gradients.next()))
                      .toList()));
      Tensor first = relevance == null ? relevances.values().iterator().next().get(0) : relevance;
      return new Attribution(kept(output), first, relevances);
    }
  }

  /** The mean gradient over {@code n} points, with the output at the last. */
  final Attribution mean(int n, IntFunction<Tensor> points, UnaryOperator<Tensor> attr_output) {
    Attribution sum = null;
    for (int i = 0; i < n; i++) {
      int index = i;
      Attribution before = sum;
      sum =
          Attribution.scoped(
              () -> {
                Attribution step = grad(points.apply(index), attr_output);
                Tensor share = step.relevance().div(new Scalar((double) n));
                return step.with(before == null ? share : before.relevance().add(share));
              });
      if (before != null) {
        before.close();
      }
    }
    return sum;
  }

  /** The input as a point that gradients can be taken at; the caller's tensor is not changed. */
  final Tensor differentiable(Tensor input) {
    if (!input.is_floating_point()) {
      return input.detach();
    }
    Tensor point = records() ? input.view_as(input) : input.detach();
    return point.requires_grad() ? point : Boundary.call(() -> point.requires_grad_(true));
  }

  /** One gradient for each tensor of {@code by}; zeros where the output does not depend on it. */
  final Tensor[] differentiate(
      Tensor output, List<Tensor> by, UnaryOperator<Tensor> attr_output, boolean retain) {
    Tensor seed = OutputRelevance.of(output, attr_output);
    return retain
        ? differentiate(output, by, seed, Autograd.RETAIN_GRAPH)
        : differentiate(output, by, seed);
  }

  /** As above, for the relevance {@code seed} of the output. */
  final Tensor[] differentiate(
      Tensor output, List<Tensor> by, Tensor seed, Autograd.Option... options) {
    Set<Autograd.Option> all = EnumSet.of(Autograd.ALLOW_UNUSED, options);
    if (create_graph) {
      all.add(Autograd.CREATE_GRAPH);
    }
    Tensor[] gradients =
        Autograd.grad(
            new Tensor[] {output},
            by.toArray(Tensor[]::new),
            new Tensor[] {seed},
            all.toArray(Autograd.Option[]::new));
    for (int i = 0; i < gradients.length; i++) {
      if (!gradients[i].defined()) {
        gradients[i] = zeros(by.get(i).detach(), seed.shape(), output.dim());
      }
    }
    return gradients;
  }

  /** Zeros like {@code tensor}, as many as the dimensions of a seed before the output's say. */
  private static Tensor zeros(Tensor tensor, long[] seed, long dimensions) {
    long[] batch = Arrays.copyOf(seed, Math.toIntExact(seed.length - dimensions));
    return torch.zeros(
        LongStream.concat(Arrays.stream(batch), Arrays.stream(tensor.shape())).toArray(),
        tensor.options());
  }

  /** An output as the caller gets it: without a graph that is spent. */
  final Tensor kept(Tensor output) {
    return records() ? output : output.detach();
  }

  // Private members are not those of a type variable.
  private static <B extends GradientAttributor<B>> GradientAttributor<B> base(B attributor) {
    return attributor;
  }
}
