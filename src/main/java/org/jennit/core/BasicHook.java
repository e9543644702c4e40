package org.jennit.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.nn.Module;

/**
 * A rule made of several passes through its module, each with its own change of the input, the
 * parameters and the output; a mapper that turns the passes' outputs into their gradients; and a
 * reducer that turns inputs and gradients into the relevance.
 *
 * <p>Of a module with several inputs each that needs a gradient is modified, and gets what the
 * reducer makes of it and of the gradient by it; the others, such as indices and masks, stay as
 * they are. A module with several outputs has each of them modified and mapped by itself.
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
     * @param outputs what became of it in each pass, as it was modified
     */
    Tensor[] apply(Tensor out_grad, Tensor[] outputs);
  }

  /** From the passes' inputs and gradients to the relevance. */
  @FunctionalInterface
  public interface Reducer {
    /**
     * The relevance of one of the module's inputs, of its shape.
     *
     * @param inputs what became of it in each pass, as it was modified
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
    this(
        input_modifiers,
        param_modifiers,
        output_modifiers,
        gradient_mapper,
        reducer,
        new Stabilizer());
  }

  /**
   * As the constructor without it, with a stabilizer of one's own.
   *
   * @param stabilizer what makes a denominator of each pass's output, where {@code gradient_mapper}
   *     is null: a {@link Stabilizer}, or any function that keeps the output's shape (Zennit takes
   *     it and adds 1e-6 all the same)
   * @throws IllegalArgumentException where the lists of modifiers differ in length
   */
  public BasicHook(
      List<UnaryOperator<Tensor>> input_modifiers,
      List<ParamMod> param_modifiers,
      List<UnaryOperator<Tensor>> output_modifiers,
      GradientMapper gradient_mapper,
      Reducer reducer,
      UnaryOperator<Tensor> stabilizer) {
    Objects.requireNonNull(stabilizer, "stabilizer is null");
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
    this.gradient_mapper =
        gradient_mapper != null
            ? gradient_mapper
            : (out_grad, outputs) -> divide(out_grad, outputs, stabilizer);
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
    List<Pass> passes = new ArrayList<>();
    GradMode.with(
        true,
        () -> {
          for (int i = 0; i < input_modifiers.size(); i++) {
            passes.add(pass(call, i));
          }
          return null;
        });
    Tensor[][] grad_outputs = new Tensor[grad_output.length][];
    for (int j = 0; j < grad_output.length; j++) {
      if (grad_output[j].defined()) {
        grad_outputs[j] = mapped(grad_output[j], outputs(passes, j));
      }
    }
    Tensor[][] gradients = gradients(passes, grad_outputs, call.recorded());
    Tensor[] relevance = new Tensor[call.inputs().length];
    for (int k = 0; k < relevance.length; k++) {
      if (gradients[k] != null) {
        relevance[k] = reducer.apply(inputs(passes, k), gradients[k]);
      }
    }
    return relevance;
  }

  /** One pass through the module: its inputs and outputs, as they were modified. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Pass(Tensor[] inputs, Tensor[] outputs) {}

  private Pass pass(Call call, int index) {
    Tensor[] inputs = call.inputs();
    Tensor[] taken = new Tensor[inputs.length];
    for (int k = 0; k < inputs.length; k++) {
      taken[k] = inputs[k];
      if (inputs[k].requires_grad()) {
        inputs[k] = modified(call.recorded() ? inputs[k] : inputs[k].detach(), index);
        // The reducer wants the input as it is, whatever the module does in place.
        taken[k] = inputs[k].clone();
      }
    }
    Module module = call.module();
    Tensor[] outputs = module.forward_with(param_modifiers.get(index).modified(module), taken);
    for (int j = 0; j < outputs.length; j++) {
      if (outputs[j].requires_grad()) {
        outputs[j] = output_modifiers.get(index).apply(outputs[j]);
      }
    }
    return new Pass(inputs, outputs);
  }

  private Tensor modified(Tensor input, int index) {
    Tensor modified = input_modifiers.get(index).apply(input.clone());
    // A modifier may have answered a tensor of the user's, which stays as it is.
    return modified.requires_grad() ? modified : modified.detach().requires_grad_(true);
  }

  private Tensor[] mapped(Tensor relevance, Tensor[] outputs) {
    Tensor[] grad_outputs = gradient_mapper.apply(relevance, outputs);
    if (grad_outputs.length != outputs.length) {
      throw new IllegalStateException(
          "the gradient mapper answered "
              + grad_outputs.length
              + " gradients for "
              + outputs.length
              + " passes");
    }
    return grad_outputs;
  }

  /**
   * For each input of the module the gradients by it, one for each pass; null where no output
   * depends on it.
   *
   * @param grad_outputs for each output of the module one for each pass; null where it carries none
   */
  private static Tensor[][] gradients(
      List<Pass> passes, Tensor[][] grad_outputs, boolean recorded) {
    List<Tensor> from = new ArrayList<>();
    List<Tensor> seeds = new ArrayList<>();
    for (int j = 0; j < grad_outputs.length; j++) {
      if (grad_outputs[j] != null) {
        from.addAll(List.of(outputs(passes, j)));
        seeds.addAll(List.of(grad_outputs[j]));
      }
    }
    int inputs = passes.get(0).inputs().length;
    List<Tensor> by = new ArrayList<>();
    for (int k = 0; k < inputs; k++) {
      if (passes.get(0).inputs()[k].requires_grad()) {
        by.addAll(List.of(inputs(passes, k)));
      }
    }
    Set<Autograd.Option> options = EnumSet.of(Autograd.ALLOW_UNUSED);
    if (recorded) {
      options.add(Autograd.CREATE_GRAPH);
    }
    Iterator<Tensor> all =
        Arrays.asList(
                Autograd.grad(
                    from.toArray(Tensor[]::new),
                    by.toArray(Tensor[]::new),
                    seeds.toArray(Tensor[]::new),
                    options.toArray(Autograd.Option[]::new)))
            .iterator();
    Tensor[][] result = new Tensor[inputs][];
    for (int k = 0; k < inputs; k++) {
      if (passes.get(0).inputs()[k].requires_grad()) {
        result[k] = defined(inputs(passes, k), all);
      }
    }
    return result;
  }

  /** The next gradients, with zeros where one pass alone did not use the input. */
  private static Tensor[] defined(Tensor[] inputs, Iterator<Tensor> gradients) {
    Tensor[] result = new Tensor[inputs.length];
    boolean used = false;
    for (int i = 0; i < result.length; i++) {
      result[i] = gradients.next();
      used |= result[i].defined();
    }
    for (int i = 0; used && i < result.length; i++) {
      if (!result[i].defined()) {
        result[i] = torch.zeros_like(inputs[i]);
      }
    }
    return used ? result : null;
  }

  private static Tensor[] inputs(List<Pass> passes, int input) {
    return passes.stream().map(pass -> pass.inputs()[input]).toArray(Tensor[]::new);
  }

  private static Tensor[] outputs(List<Pass> passes, int output) {
    return passes.stream().map(pass -> pass.outputs()[output]).toArray(Tensor[]::new);
  }

  private static Tensor[] divide(
      Tensor out_grad, Tensor[] outputs, UnaryOperator<Tensor> stabilizer) {
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
