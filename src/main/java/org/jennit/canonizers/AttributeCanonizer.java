package org.jennit.canonizers;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import org.bytedeco.pytorch.Tensor;
import org.jennit.core.Canonizer;
import org.jennit.core.RemovableHandleList;
import org.jennit.nn.Module;

/**
 * Gives modules another forward, and further children that this forward calls, such as a {@code
 * Sum} that makes a residual addition visible to rules.
 */
public class AttributeCanonizer extends Canonizer {

  /**
   * What a module gets.
   *
   * @param forward from the module and its inputs to its output; null: its own stays
   * @param children by names that are not taken
   */
  public record Attributes(
      BiFunction<Module, Tensor[], Tensor> forward, Map<String, Module> children) {}

  private final BiFunction<String, Module, Attributes> attribute_map;
  private final RemovableHandleList changes = new RemovableHandleList();

  /**
   * @param attribute_map asked for each module by its path; null leaves it alone
   */
  public AttributeCanonizer(BiFunction<String, Module, Attributes> attribute_map) {
    this.attribute_map = attribute_map;
  }

  @Override
  public List<Canonizer> apply(Module root) {
    Objects.requireNonNull(root, "root is null");
    List<Canonizer> applied = new ArrayList<>();
    try {
      root.named_modules()
          .forEach(
              (name, module) -> {
                Attributes attributes = attribute_map.apply(name, module);
                if (attributes != null) {
                  AttributeCanonizer canonizer = copy();
                  applied.add(canonizer);
                  canonizer.register(module, attributes);
                }
              });
    } catch (Throwable e) {
      CompositeCanonizer.undo(applied, e);
      throw e;
    }
    return applied;
  }

  private void register(Module module, Attributes attributes) {
    attributes
        .children()
        .forEach(
            (name, child) -> {
              module.register_module(name, child);
              changes.add(() -> takeOut(module, name));
            });
    if (attributes.forward() != null) {
      changes.add(module.overrides().forward(inputs -> attributes.forward().apply(module, inputs)));
    }
  }

  private static void takeOut(Module module, String name) {
    if (!module.is_closed()) {
      module.unregister_module(name).close();
    }
  }

  @Override
  public void remove() {
    changes.remove();
  }

  @Override
  public AttributeCanonizer copy() {
    return new AttributeCanonizer(attribute_map);
  }
}
