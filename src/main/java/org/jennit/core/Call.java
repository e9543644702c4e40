package org.jennit.core;

import java.util.Arrays;
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

  /** Its own outputs, before the rule's node took their place. */
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
   * no gradient gets an undefined tensor.
   */
  public Tensor[] grad_input(Tensor... grad_output) {
    Tensor[] result = new Tensor[inputs.length];
    Arrays.setAll(result, i -> new Tensor());
    int[] wanted =
        java.util.stream.IntStream.range(0, inputs.length)
            .filter(i -> inputs[i].requires_grad())
            .toArray();
    if (wanted.length == 0) {
      return result;
    }
    Tensor[] by = Arrays.stream(wanted).mapToObj(i -> inputs[i]).toArray(Tensor[]::new);
    Tensor[] gradients =
        recorded()
            ? Autograd.grad(outputs, by, grad_output, Autograd.CREATE_GRAPH, Autograd.ALLOW_UNUSED)
            : Autograd.grad(outputs, by, grad_output, Autograd.RETAIN_GRAPH, Autograd.ALLOW_UNUSED);
    for (int i = 0; i < wanted.length; i++) {
      result[wanted[i]] = gradients[i];
    }
    return result;
  }
}
