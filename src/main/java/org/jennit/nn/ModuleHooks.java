package org.jennit.nn;

import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.bytedeco.pytorch.Tensor;
import org.jennit.internal.Boundary;
import org.jennit.internal.JavaFunction;
import org.jennit.internal.Tree;

/** The hooks of one module, run in the order of their registration. */
public final class ModuleHooks {
  // Weak, so that a handle that someone keeps does not keep the model.
  private final WeakReference<Module> module;
  private final Map<Long, Object> keptAlive = new ConcurrentHashMap<>();

  ModuleHooks(Module module) {
    this.module = new WeakReference<>(module);
  }

  /** Before every forward of the module; may replace the inputs. */
  public RemovableHandle register_forward_pre_hook(ForwardPreHook hook) {
    return register(
        (inputs, none, nothing) -> hook.apply(owner(), inputs), Tree::add_forward_pre_hook);
  }

  /** After every forward of the module; may replace the output. */
  public RemovableHandle register_forward_hook(ForwardHook hook) {
    return register(
        (inputs, outputs, none) -> {
          Tensor answer = hook.apply(owner(), inputs, outputs);
          return answer == null ? null : new Tensor[] {answer};
        },
        Tree::add_forward_hook);
  }

  /** In every backward pass through the module; may replace the gradients by its inputs. */
  public RemovableHandle register_full_backward_hook(FullBackwardHook hook) {
    return register(
        (gradInputs, gradOutputs, none) -> hook.apply(owner(), gradInputs, gradOutputs),
        Tree::add_full_backward_hook);
  }

  /**
   * Keeps {@code callbacks} reachable for as long as the hook {@code id} is registered natively.
   *
   * @return a handle that takes the native registration back
   */
  public RemovableHandle keep(long id, Object callbacks) {
    keptAlive.put(id, callbacks);
    return () -> {
      Module owner = module.get();
      if (keptAlive.remove(id) != null && owner != null && !owner.is_closed()) {
        Boundary.run(() -> Tree.remove_hook(owner.module(), id));
      }
    };
  }

  /** How many hooks and rules are registered now. */
  public long count() {
    return Boundary.call(() -> Tree.hook_count(owner().module()));
  }

  private RemovableHandle register(
      JavaFunction.Body body,
      BiFunction<org.bytedeco.pytorch.Module, JavaFunction, Long> registration) {
    JavaFunction callback = new JavaFunction(body);
    long id = Boundary.call(() -> registration.apply(owner().module(), callback));
    return keep(id, callback);
  }

  private Module owner() {
    Module owner = module.get();
    if (owner == null) {
      throw new IllegalStateException("the module was collected");
    }
    return owner;
  }
}
