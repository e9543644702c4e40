package org.jennit.attribution;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.jennit.core.Autograd;
import org.jennit.core.CallContext;
import org.jennit.core.Composite;
import org.jennit.core.Hook;
import org.jennit.core.RemovableHandleList;
import org.jennit.nn.Module;
import org.jennit.nn.TreeOverlay;

/**
 * One attribution with the relevance before and after each module that has a rule. Inputs are
 * captured as copies made below the rule, so that what reaches them came through this module alone.
 */
final class ConservationTrace implements AutoCloseable {

  /** One call of one module with a rule. */
  static final class Call {
    final String path;
    final Module module;
    final Hook hook;
    final List<Tensor> inputs;
    List<Tensor> outputs = List.of();
    List<Tensor> relevanceOfInputs;
    List<Tensor> relevanceOfOutputs;

    private Call(String path, Module module, Hook hook, List<Tensor> inputs) {
      this.path = path;
      this.module = module;
      this.hook = hook;
      this.inputs = inputs;
    }
  }

  private final Module model;
  private final RemovableHandleList handles = new RemovableHandleList();
  private final TreeOverlay overlay;
  private final Deque<Call> running = new ArrayDeque<>();
  private final List<Call> calls = new ArrayList<>();
  private Tensor relevanceOfInput;
  private Tensor relevanceOfOutput;

  /** Registers the composite for the calls of this trace until it is closed. */
  ConservationTrace(Module model, Composite composite) {
    this.model = model;
    try {
      CallContext context = watching(composite).call_context(model);
      handles.add(context::close);
      overlay = new TreeOverlay(context.overlay());
      handles.add(overlay::close);
      overlay.change(
          () -> {
            for (String path : context.rules().keySet()) {
              model.get_submodule(path).register_forward_hook((m, in, out) -> end(out));
            }
          });
    } catch (Throwable e) {
      handles.remove();
      throw e;
    }
  }

  // A composite asks for a rule right before it registers it: what is hooked then runs before the
  // rule.
  private Composite watching(Composite composite) {
    return new Composite(
            (context, name, module) -> {
              Hook hook = composite.module_map().apply(context, name, module);
              if (hook != null) {
                module.register_forward_pre_hook((m, inputs) -> begin(name, m, hook, inputs));
              }
              return hook;
            },
            composite.canonizers())
        .coverage(composite.coverage());
  }

  /** Runs {@code work}, whose calls see the composite. */
  <T> T see(Supplier<T> work) {
    return overlay.see(work);
  }

  private Tensor[] begin(String path, Module module, Hook hook, Tensor[] inputs) {
    Tensor[] copies = new Tensor[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      copies[i] = inputs[i].clone();
      copies[i].retainReference();
    }
    Call call = new Call(path, module, hook, List.of(copies));
    running.push(call);
    calls.add(call);
    return copies;
  }

  private Tensor end(Tensor[] outputs) {
    Call call = running.pop();
    for (Tensor output : outputs) {
      output.retainReference();
    }
    call.outputs = List.of(outputs);
    // What comes next may work in place on what it gets.
    return outputs.length == 1 ? outputs[0].clone() : null;
  }

  /** Runs the attribution; what it makes is the business of the caller's scope. */
  List<Call> run(Tensor input, UnaryOperator<Tensor> attr_output) {
    try (AutoGradMode recording = new AutoGradMode(true)) {
      Tensor point = input.detach().requires_grad_(true);
      Tensor output = model.forward(point);
      relevanceOfOutput = OutputRelevance.of(output, attr_output).detach();
      List<Tensor> by = new ArrayList<>(List.of(point));
      for (Call call : calls) {
        call.inputs.stream().filter(Tensor::requires_grad).forEach(by::add);
        call.outputs.stream().filter(Tensor::requires_grad).forEach(by::add);
      }
      Tensor[] relevances =
          Autograd.grad(
              new Tensor[] {output},
              by.toArray(Tensor[]::new),
              new Tensor[] {relevanceOfOutput},
              Autograd.ALLOW_UNUSED,
              Autograd.RETAIN_GRAPH);
      relevanceOfInput = relevances[0];
      Deque<Tensor> rest = new ArrayDeque<>(List.of(relevances));
      rest.pop();
      for (Call call : calls) {
        call.relevanceOfInputs = take(call.inputs, rest);
        call.relevanceOfOutputs = take(call.outputs, rest);
      }
    }
    return calls;
  }

  private static List<Tensor> take(List<Tensor> tensors, Deque<Tensor> relevances) {
    return tensors.stream().map(t -> t.requires_grad() ? relevances.pop() : new Tensor()).toList();
  }

  Tensor relevanceOfInput() {
    return relevanceOfInput;
  }

  Tensor relevanceOfOutput() {
    return relevanceOfOutput;
  }

  @Override
  public void close() {
    try {
      handles.remove();
    } finally {
      for (Call call : calls) {
        call.inputs.forEach(Tensor::close);
        call.outputs.forEach(Tensor::close);
      }
    }
  }
}
