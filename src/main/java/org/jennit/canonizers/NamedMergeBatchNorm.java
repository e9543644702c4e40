package org.jennit.canonizers;

import java.util.List;
import java.util.Objects;
import org.jennit.JennitException;
import org.jennit.core.Canonizer;
import org.jennit.models.TorchvisionModule;
import org.jennit.nn.Module;
import org.jennit.types.BatchNorm;
import org.jennit.types.Linear;

/**
 * Merges batch norms into the linear layers that are named for them. The first call compares what
 * the model computes with and without them, and refuses pairs that change it.
 */
public class NamedMergeBatchNorm extends MergeBatchNorm {

  /**
   * Which layers take in which batch norm.
   *
   * @param linears paths of the layers that take the batch norm in
   * @param batch_norm its path
   */
  public record Names(List<String> linears, String batch_norm) {}

  private final List<Names> name_map;

  /**
   * @param name_map merged in this order; an unknown path is refused when the canonizer is applied
   */
  public NamedMergeBatchNorm(List<Names> name_map) {
    Objects.requireNonNull(name_map, "name_map is null");
    this.name_map = List.copyOf(name_map);
  }

  @Override
  public List<Canonizer> apply(Module root) {
    Objects.requireNonNull(root, "root is null");
    return applied(
        root,
        merged -> {
          boolean known = root instanceof TorchvisionModule && !root.is_overridden();
          for (Names names : name_map) {
            Module batch_norm = root.get_submodule(names.batch_norm());
            List<Module> linears = names.linears().stream().map(root::get_submodule).toList();
            require(names.batch_norm(), batch_norm, BatchNorm.class);
            for (int i = 0; i < linears.size(); i++) {
              require(names.linears().get(i), linears.get(i), Linear.class);
            }
            if (batch_norm.is_training()) {
              throw new JennitException(
                  "the batch norm '"
                      + names.batch_norm()
                      + "' is in training mode and goes by each batch: call eval() first");
            }
            if (!haveOwnForwards(names, linears)) {
              continue;
            }
            String what = "'" + names.batch_norm() + "' into " + names.linears();
            merged.add(merge(what, linears, batch_norm, known));
          }
        });
  }

  private static boolean haveOwnForwards(Names names, List<Module> linears) {
    for (int i = 0; i < linears.size(); i++) {
      if (!hasOwnForward(names.linears().get(i), linears.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static void require(String path, Module module, Class<?> type) {
    if (!type.isInstance(module)) {
      throw new JennitException(
          "module '" + path + "' is a " + module.type_name() + ", not a " + type.getSimpleName());
    }
  }

  @Override
  public NamedMergeBatchNorm copy() {
    return new NamedMergeBatchNorm(name_map);
  }
}
