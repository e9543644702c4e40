package org.jennit.core;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.jennit.nn.Module;

/**
 * One forward call of one module, as a rule sees it in the backward. The tensors are freed when the
 * rule returns; under {@code CREATE_GRAPH} they carry their history.
 */
public final class Call {
  private final Module module;
  private final Tensor[] inputs;
  private final Tensor[] outputs;
  private final Tensor[] saved;

  private Call(Module module, Tensor[] inputs, Tensor[] outputs, Tensor[] saved) {
    this.module = module;
    this.inputs = inputs;
    this.outputs = outputs;
    this.saved = saved;
  }

  static Call of(Module module, Tensor[] inputs, Tensor[] outputsAndSaved, int outputs) {
    return new Call(
        module,
        inputs,
        Arrays.copyOf(outputsAndSaved, outputs),
        Arrays.copyOfRange(outputsAndSaved, outputs, outputsAndSaved.length));
  }

  /** The module that was called. */
  public Module module() {
    return module;
  }

  /** Its inputs, as it got them. */
  public Tensor[] inputs() {
    return inputs.clone();
  }

  /** Its own outputs, before the rule's node took the place of those that carry a gradient. */
  public Tensor[] outputs() {
    return outputs.clone();
  }

  /** What {@link Hook#forward} kept. */
  public Tensor[] saved() {
    return saved.clone();
  }

  /** The first input. */
  public Tensor input() {
    return inputs[0];
  }

  /** The first output. */
  public Tensor output() {
    return outputs[0];
  }

  /** Whether this pass is recorded (under {@code CREATE_GRAPH}). */
  public boolean recorded() {
    return GradMode.enabled();
  }

  /**
   * The module's own gradient: of {@code <outputs, grad_output>} by each input. An input that needs
   * no gradient, or that no output depends on, gets an undefined tensor.
   *
   * @param grad_output one for each output; undefined, or not looked at, where an output carries no
   *     gradient, such as one of integers
   * @throws IllegalArgumentException where there are fewer or more than outputs
   */
  public Tensor[] grad_input(Tensor... grad_output) {
    if (grad_output.length != outputs.length) {
      throw new IllegalArgumentException(
          "grad_input takes one tensor for each of the "
              + outputs.length
              + " outputs, but got "
              + grad_output.length);
    }
    Tensor[] result = new Tensor[inputs.length];
    Arrays.setAll(result, i -> new Tensor());
    int[] wanted = carriers(inputs);
    int[] from = Arrays.stream(carriers(outputs)).filter(i -> grad_output[i].defined()).toArray();
    if (wanted.length == 0 || from.length == 0) {
      return result;
    }
    Tensor[] gradients =
        recorded()
            ? Autograd.grad(
                pick(outputs, from),
                pick(inputs, wanted),
                pick(grad_output, from),
                Autograd.CREATE_GRAPH,
                Autograd.ALLOW_UNUSED)
            : Autograd.grad(
                pick(outputs, from),
                pick(inputs, wanted),
                pick(grad_output, from),
                Autograd.RETAIN_GRAPH,
                Autograd.ALLOW_UNUSED);
    for (int i = 0; i < wanted.length; i++) {
      result[wanted[i]] = gradients[i];
    }
    return result;
  }

  /** The places of the tensors that carry a gradient. */
  private static int[] carriers(Tensor[] tensors) {
    return IntStream.range(0, tensors.length).filter(i -> tensors[i].requires_grad()).toArray();
  }

  private static Tensor[] pick(Tensor[] tensors, int[] places) {
    return Arrays.stream(places).mapToObj(i -> tensors[i]).toArray(Tensor[]::new);
  }
}
