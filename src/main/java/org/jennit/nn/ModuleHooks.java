package org.jennit.nn;

import java.util.function.BiFunction;
import org.bytedeco.pytorch.Tensor;
import org.jennit.internal.Boundary;
import org.jennit.internal.Callback;
import org.jennit.internal.JavaFunction;
import org.jennit.internal.Tree;

/**
 * The hooks of one module, run in the order of their registration. Thread-safe: hooks may come and
 * go while the module runs; each call runs those that were there when it began.
 *
 * <p>A hook that keeps a tensor of its call with its history, in a field or in what it closes over,
 * keeps itself: the graph of that tensor holds the hook, and the hook holds the graph. Neither the
 * garbage collector nor native memory sees that circle. Keep {@code tensor.detach()} instead, with
 * {@code retainReference()} since tensors of a hook are freed when it returns, or let go of what is
 * kept.
 */
public final class ModuleHooks {
  private final Attachments attachments;

  ModuleHooks(Attachments attachments) {
    this.attachments = attachments;
  }

  /** Before every forward of the module; may replace the inputs. */
  public RemovableHandle register_forward_pre_hook(ForwardPreHook hook) {
    Module owner = attachments.owner();
    return register(
        (inputs, none, nothing) -> hook.apply(owner, inputs), Tree::add_forward_pre_hook);
  }

  /** After every forward of the module; may replace the output. */
  public RemovableHandle register_forward_hook(ForwardHook hook) {
    Module owner = attachments.owner();
    return register(
        (inputs, outputs, none) -> {
          Tensor answer = hook.apply(owner, inputs, outputs);
          return answer == null ? null : new Tensor[] {answer};
        },
        Tree::add_forward_hook);
  }

  /** In every backward pass through the module; may replace the gradients by its inputs. */
  public RemovableHandle register_full_backward_hook(FullBackwardHook hook) {
    Module owner = attachments.owner();
    return register(
        (gradInputs, gradOutputs, none) -> hook.apply(owner, gradInputs, gradOutputs),
        Tree::add_full_backward_hook);
  }

  /**
   * Keeps {@code callbacks} reachable for as long as the hook {@code id} is registered natively.
   *
   * @return a handle that takes the native registration back
   */
  public RemovableHandle keep(long id, Object callbacks) {
    return attachments.keep(id, callbacks);
  }

  /** How many hooks and rules calls of this thread see. */
  public long count() {
    return Boundary.call(() -> Tree.hook_count(attachments.owner().module()));
  }

  private RemovableHandle register(
      JavaFunction.Body body,
      BiFunction<org.bytedeco.pytorch.Module, Callback, Long> registration) {
    JavaFunction callback = new JavaFunction(body);
    long id = callback.bind(half -> registration.apply(attachments.owner().module(), half));
    return keep(id, callback);
  }
}
