package org.jennit.nn;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.jennit.internal.Tensors;
import org.jennit.internal.Tree;

/** Parameters of a module written in Java, replaced for one call on one thread. */
final class ParameterOverrides {
  private record Entry(Module module, Map<String, Tensor> tensors, Entry outer) {}

  private static final ThreadLocal<Entry> CURRENT = new ThreadLocal<>();

  private ParameterOverrides() {}

  static Tensor[] forward(
      Module module, boolean inJava, Map<String, Tensor> parameters, Tensor[] inputs) {
    org.bytedeco.pytorch.Module node = module.module();
    try (TensorVector vector = new TensorVector(inputs)) {
      if (inJava) {
        return during(
            module,
            parameters,
            () -> module.running(() -> Tensors.take(Tree.forward_without_hooks(node, vector))));
      }
      String[] names = parameters.keySet().toArray(String[]::new);
      try (StringVector keys = new StringVector(names);
          TensorVector values = new TensorVector(parameters.values().toArray(Tensor[]::new))) {
        return module.running(() -> Tensors.take(Tree.forward_with(node, vector, keys, values)));
      }
    }
  }

  private static <T> T during(Module module, Map<String, Tensor> tensors, Supplier<T> body) {
    Entry outer = CURRENT.get();
    CURRENT.set(new Entry(module, tensors, outer));
    try {
      return body.get();
    } finally {
      CURRENT.set(outer);
    }
  }

  static Optional<Tensor> current(Module module, String name) {
    for (Entry entry = CURRENT.get(); entry != null; entry = entry.outer()) {
      if (entry.module() == module && entry.tensors().containsKey(name)) {
        return Optional.of(entry.tensors().get(name));
      }
    }
    return Optional.empty();
  }
}
