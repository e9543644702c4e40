package org.jennit.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.jennit.nn.Module;

/**
 * A rule made of several passes through its module, each with its own change of the input, the
 * parameters and the output; a mapper that turns the passes' outputs into their gradients; and a
 * reducer that turns inputs and gradients into the relevance. The first input of a module with
 * several gets the relevance, the others are handed on as they are.
 *
 * <p>Immutable, without state of a call, and differentiable: under {@code CREATE_GRAPH} the
 * relevance has its true derivative by inputs and parameters, provided the functions given here are
 * differentiable.
 */
public class BasicHook extends Hook {

  /** From the relevance of the output and the passes' outputs to a gradient for each output. */
  @FunctionalInterface
  public interface GradientMapper {
    /**
     * One gradient for each output of a pass, of its shape.
     *
     * @param out_grad the relevance of the module's output
     */
    Tensor[] apply(Tensor out_grad, Tensor[] outputs);
  }

  /** From the passes' inputs and gradients to the relevance. */
  @FunctionalInterface
  public interface Reducer {
    /**
     * The relevance of the module's first input, of its shape.
     *
     * @param inputs of the passes, as they were modified
     * @param gradients by each of them
     */
    Tensor apply(Tensor[] inputs, Tensor[] gradients);
  }

  private final List<UnaryOperator<Tensor>> input_modifiers;
  private final List<ParamMod> param_modifiers;
  private final List<UnaryOperator<Tensor>> output_modifiers;
  private final GradientMapper gradient_mapper;
  private final Reducer reducer;

  /** One unchanged pass: Epsilon's relevance. */
  public BasicHook() {
    this(null, null, null, null, null);
  }

  /**
   * Any argument may be null: modifiers that change nothing, division by the stabilized output, and
   * the sum of input times gradient.
   *
   * @throws IllegalArgumentException where the lists of modifiers differ in length
   */
  public BasicHook(
      List<UnaryOperator<Tensor>> input_modifiers,
      List<ParamMod> param_modifiers,
      List<UnaryOperator<Tensor>> output_modifiers,
      GradientMapper gradient_mapper,
      Reducer reducer) {
    int passes = 1;
    for (List<?> modifiers : lists(input_modifiers, param_modifiers, output_modifiers)) {
      passes = modifiers.size();
    }
    for (List<?> modifiers : lists(input_modifiers, param_modifiers, output_modifiers)) {
      if (modifiers.size() != passes) {
        throw new IllegalArgumentException(
            "a BasicHook needs as many input as parameter and output modifiers");
      }
    }
    this.input_modifiers =
        input_modifiers != null
            ? List.copyOf(input_modifiers)
            : Collections.nCopies(passes, UnaryOperator.identity());
    this.param_modifiers =
        param_modifiers != null
            ? List.copyOf(param_modifiers)
            : Collections.nCopies(passes, new ParamMod((parameter, name) -> parameter));
    this.output_modifiers =
        output_modifiers != null
            ? List.copyOf(output_modifiers)
            : Collections.nCopies(passes, UnaryOperator.identity());
    this.gradient_mapper = gradient_mapper != null ? gradient_mapper : BasicHook::divide;
    this.reducer = reducer != null ? reducer : BasicHook::sumOfProducts;
  }

  private static List<List<?>> lists(List<?>... candidates) {
    List<List<?>> given = new ArrayList<>();
    for (List<?> candidate : candidates) {
      if (candidate != null) {
        given.add(candidate);
      }
    }
    return given;
  }

  @Override
  protected final Tensor[] backward(Call call, Tensor[] grad_output) {
    boolean recorded = call.recorded();
    int passes = input_modifiers.size();
    Tensor[] inputs = new Tensor[passes];
    Tensor[] outputs = new Tensor[passes];
    GradMode.with(
        true,
        () -> {
          for (int i = 0; i < passes; i++) {
            Tensor input = recorded ? call.input().clone() : call.input().detach().clone();
            inputs[i] = input_modifiers.get(i).apply(input);
            if (!inputs[i].requires_grad()) {
              // A modifier may have answered a tensor of the user's, which stays as it is.
              inputs[i] = inputs[i].detach().requires_grad_(true);
            }
            outputs[i] = output_modifiers.get(i).apply(pass(call, i, inputs[i]));
          }
          return null;
        });
    Tensor[] grad_outputs = gradient_mapper.apply(grad_output[0], outputs);
    if (grad_outputs.length != passes) {
      throw new IllegalStateException(
          "the gradient mapper answered "
              + grad_outputs.length
              + " gradients for "
              + passes
              + " passes");
    }
    Tensor[] gradients =
        recorded
            ? Autograd.grad(outputs, inputs, grad_outputs, Autograd.CREATE_GRAPH)
            : Autograd.grad(outputs, inputs, grad_outputs);
    return new Tensor[] {reducer.apply(inputs, gradients)};
  }

  private Tensor pass(Call call, int index, Tensor input) {
    Tensor[] inputs = call.inputs();
    // The reducer wants the input as it is, whatever the module does in place.
    inputs[0] = input.clone();
    Module module = call.module();
    return module.forward_with(param_modifiers.get(index).modified(module), inputs)[0];
  }

  private static Tensor[] divide(Tensor out_grad, Tensor[] outputs) {
    Stabilizer stabilizer = new Stabilizer();
    Tensor[] result = new Tensor[outputs.length];
    for (int i = 0; i < outputs.length; i++) {
      result[i] = out_grad.div(stabilizer.apply(outputs[i]));
    }
    return result;
  }

  private static Tensor sumOfProducts(Tensor[] inputs, Tensor[] gradients) {
    Tensor sum = inputs[0].mul(gradients[0]);
    for (int i = 1; i < inputs.length; i++) {
      sum = sum.add(inputs[i].mul(gradients[i]));
    }
    return sum;
  }
}
