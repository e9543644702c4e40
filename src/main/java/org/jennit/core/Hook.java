package org.jennit.core;

import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.jennit.internal.Boundary;
import org.jennit.internal.JavaFunction;
import org.jennit.internal.Rules;
import org.jennit.nn.Module;
import org.jennit.nn.RemovableHandle;

/**
 * A rule: what happens to relevance at one module. Register it directly or through a {@link
 * Composite}. A rule keeps no state of a call in itself, so that one rule serves many modules and
 * threads.
 *
 * <p>A rule of one's own extends this class and implements {@link #backward}. Under {@code
 * CREATE_GRAPH} what it computes is recorded; written in differentiable operations on what the
 * {@link Call} holds, its relevance has its true derivative. {@link BasicHook} is the form for
 * rules made of modified inputs and parameters.
 *
 * <p>A rule that keeps a tensor of a call with its history in a field keeps itself: the graph of
 * that tensor holds the rule. Neither the garbage collector nor native memory sees that circle.
 * Answer what the backward needs from {@link #forward}, or keep {@code tensor.detach()}.
 */
public abstract class Hook {
  private static final Tensor[] NOTHING = {};

  /**
   * Runs after each forward of the module.
   *
   * @return tensors to keep until the backward of this call, where {@link Call#saved} answers them
   */
  protected Tensor[] forward(Module module, Tensor[] inputs, Tensor[] outputs) {
    return NOTHING;
  }

  /**
   * The relevance of the module's inputs.
   *
   * @param call the forward call that this backward belongs to
   * @param grad_output the relevance of each output; undefined where an output carries none, such
   *     as one of integers
   * @return one tensor of each input's shape; null, or fewer tensors, where inputs get none. What
   *     an input gets that needs no gradient, or that no output depends on, is left
   */
  protected abstract Tensor[] backward(Call call, Tensor[] grad_output);

  /** A hook with the same settings; hooks without state may answer themselves. */
  public Hook copy() {
    return this;
  }

  /** The name that errors give. */
  public String name() {
    return getClass().getSimpleName().isEmpty() ? "Hook" : getClass().getSimpleName();
  }

  /** Puts this rule on a module until the handle is removed. */
  public final RemovableHandle register(Module module) {
    Objects.requireNonNull(module, "module is null");
    try (HookScope scope = new HookScope()) {
      return register(module, "", scope);
    }
  }

  /** As {@link #register(Module)}, as part of a composite, which knows the module's path. */
  final RemovableHandle register(Module module, String path, HookScope scope) {
    try (NativeRule rule = nativeRule(module)) {
      long id =
          Boundary.call(
              () -> Rules.add_rule(module.module(), rule.pointer(), path, scope.pointer()));
      return module.hooks().keep(id, rule);
    }
  }

  /** The native half of this rule on one module. */
  NativeRule nativeRule(Module module) {
    JavaFunction callback =
        new JavaFunction(
            (inputs, outputsAndSaved, upper) ->
                backward(Call.of(module, inputs, outputsAndSaved, upper.length), upper),
            (inputs, outputs) -> forward(module, inputs, outputs));
    return new NativeRule(callback.bind(half -> Rules.make_java_rule(name(), half)), callback);
  }
}
