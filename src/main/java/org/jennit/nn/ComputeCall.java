package org.jennit.nn;

import java.lang.ref.WeakReference;
import org.bytedeco.pytorch.Tensor;
import org.jennit.internal.JavaFunction;

/** The way from a native node to the {@code compute} of its Java module. */
final class ComputeCall {
  private ComputeCall() {}

  static JavaFunction of(Module module) {
    // Weak: the module owns the callback, and must be collected with it.
    WeakReference<Module> owner = new WeakReference<>(module);
    return new JavaFunction(
        (inputs, none, nothing) -> {
          Module target = owner.get();
          if (target == null) {
            throw new IllegalStateException("the Java module was collected: keep it reachable");
          }
          Tensor output = target.compute(inputs);
          if (output == null) {
            throw new IllegalStateException(target.type_name() + ".compute answered null");
          }
          return new Tensor[] {output};
        });
  }
}
