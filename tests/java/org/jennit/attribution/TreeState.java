package org.jennit.attribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.jennit.core.Numeric;
import org.jennit.nn.Module;

/**
 * All that an attribution might change on a tree: the very modules by path, what they compute with,
 * the hooks, and the parameters and buffers with their places in memory and their bits.
 */
record TreeState(
    Map<String, Module> modules,
    String printed,
    long hooks,
    Map<String, List<Object>> tensors,
    boolean training) {

  static TreeState of(Module root) {
    Map<String, List<Object>> tensors = new LinkedHashMap<>();
    root.state_dict()
        .forEach(
            (name, tensor) -> {
              try (tensor) {
                tensors.put(name, bits(tensor));
              }
            });
    return new TreeState(
        root.named_modules(),
        root.toString(),
        root.modules().stream().mapToLong(module -> module.hooks().count()).sum(),
        tensors,
        root.modules().stream().anyMatch(Module::is_training));
  }

  private static List<Object> bits(Tensor tensor) {
    List<Object> all = new ArrayList<>();
    try (Pointer data = tensor.data_ptr();
        Tensor grad = tensor.grad()) {
      all.add(data.address());
      all.add(tensor.requires_grad());
      all.add(grad.defined());
    }
    for (double value : Numeric.values(tensor)) {
      all.add(Double.doubleToRawLongBits(value));
    }
    return all;
  }

  void assertSameAs(TreeState now) {
    assertEquals(List.copyOf(modules.keySet()), List.copyOf(now.modules.keySet()), "paths");
    modules.forEach((path, module) -> assertSame(module, now.modules.get(path), path));
    assertEquals(printed, now.printed);
    assertEquals(0, now.hooks, "hooks");
    assertEquals(tensors, now.tensors);
    assertEquals(training, now.training);
  }
}
