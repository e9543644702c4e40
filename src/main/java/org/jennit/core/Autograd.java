package org.jennit.core;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.jennit.internal.Boundary;
import org.jennit.internal.NativeMemory;
import org.jennit.internal.Rules;
import org.jennit.internal.Tensors;

/** Gradients, and relevances where rules are registered. Thread-safe. */
public final class Autograd {
  private Autograd() {}

  /** How a backward pass is run, as the arguments of {@code torch.autograd.grad}. */
  public enum Option {
    /** Keep the graph for another pass. */
    RETAIN_GRAPH,
    /** Record the pass, so that its result can be differentiated; keeps the graph. */
    CREATE_GRAPH,
    /** Answer an undefined tensor for an input that the output does not depend on. */
    ALLOW_UNUSED,
    /**
     * Several gradients at once: each grad_output has one dimension more than its output, the
     * first, and so has each answer. One pass serves them all, unless Java code (a rule or a
     * backward hook) takes part in it or it is recorded: then each has a pass of its own. Keeps the
     * graph.
     */
    IS_GRADS_BATCHED
  }

  /** {@link Option#RETAIN_GRAPH}, for code that names this class alone. */
  public static final Option RETAIN_GRAPH = Option.RETAIN_GRAPH;

  /** {@link Option#CREATE_GRAPH}. */
  public static final Option CREATE_GRAPH = Option.CREATE_GRAPH;

  /** {@link Option#ALLOW_UNUSED}. */
  public static final Option ALLOW_UNUSED = Option.ALLOW_UNUSED;

  /** {@link Option#IS_GRADS_BATCHED}. */
  public static final Option IS_GRADS_BATCHED = Option.IS_GRADS_BATCHED;

  /** The derivative of a scalar output. */
  public static Tensor grad(Tensor output, Tensor input, Option... options) {
    Objects.requireNonNull(options, "options is null");
    return grad(new Tensor[] {output}, new Tensor[] {input}, new Tensor[0], options)[0];
  }

  /**
   * The gradient of {@code <output, grad_output>} by the input; under rules, the relevance of the
   * input when the output's relevance is {@code grad_output}.
   *
   * @param grad_output of the output's shape
   * @return of the input's shape, contiguous where the input is, owned by the caller
   */
  public static Tensor grad(Tensor output, Tensor input, Tensor grad_output, Option... options) {
    Objects.requireNonNull(options, "options is null");
    return grad(new Tensor[] {output}, new Tensor[] {input}, new Tensor[] {grad_output}, options)[
        0];
  }

  /**
   * As {@code torch.autograd.grad}.
   *
   * @param grad_outputs one for each output, or none at all where every output is a scalar and
   *     there is no {@link Option#IS_GRADS_BATCHED}
   * @throws NullPointerException naming the argument that is null
   * @throws org.jennit.JennitException where an input needs no gradient or was not used
   */
  public static Tensor[] grad(
      Tensor[] outputs, Tensor[] inputs, Tensor[] grad_outputs, Option... options) {
    Objects.requireNonNull(options, "options is null");
    Tensors.requireAll("output", outputs);
    Tensors.requireAll("input", inputs);
    Tensors.requireAll("grad_output", grad_outputs);
    for (int i = 0; i < outputs.length; i++) {
      Tensors.require("output " + i, outputs[i]);
    }
    for (int i = 0; i < inputs.length; i++) {
      Tensors.require("input " + i, inputs[i]);
    }
    Set<Option> chosen = EnumSet.noneOf(Option.class);
    chosen.addAll(Arrays.asList(options));
    try (TensorVector from = new TensorVector(outputs);
        TensorVector to = new TensorVector(inputs);
        TensorVector upper = new TensorVector(grad_outputs)) {
      NativeMemory.before_pass();
      return Boundary.call(() -> Tensors.take(grad(from, to, upper, chosen)));
    }
  }

  private static TensorVector grad(
      TensorVector outputs, TensorVector inputs, TensorVector grad_outputs, Set<Option> options) {
    boolean create_graph = options.contains(CREATE_GRAPH);
    boolean allow_unused = options.contains(ALLOW_UNUSED);
    return options.contains(IS_GRADS_BATCHED)
        ? Rules.batched_gradients(outputs, inputs, grad_outputs, create_graph, allow_unused)
        : Rules.grad(
            outputs,
            inputs,
            grad_outputs,
            options.contains(RETAIN_GRAPH),
            create_graph,
            allow_unused);
  }
}
