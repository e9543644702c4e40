package org.jennit.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.jennit.nn.BatchNorm1d;
import org.jennit.nn.BatchNorm2d;
import org.jennit.nn.Module;
import org.jennit.types.BatchNorm;

/** What of a tree a canonizer can change, at one moment. */
final class TreeState {
  private final Map<String, State> states = new LinkedHashMap<>();

  /**
   * Of one module.
   *
   * @param parameters what the forward reads as each, by the address of its values
   */
  private record State(
      Module module, boolean overridden, boolean identity, Map<String, Long> parameters) {}

  TreeState(Module root) {
    root.named_modules()
        .forEach(
            (path, module) ->
                states.put(
                    path,
                    new State(
                        module, module.is_overridden(), isIdentity(module), parameters(module))));
  }

  private static Map<String, Long> parameters(Module module) {
    Map<String, Long> addresses = new LinkedHashMap<>();
    try (PointerScope temporaries = new PointerScope()) {
      Stream.concat(Stream.of("weight", "bias"), module.named_parameters(false).keySet().stream())
          .distinct()
          .forEach(
              name -> {
                Tensor value = module.get_parameter(name);
                if (value != null) {
                  addresses.put(name, value.data_ptr().address());
                }
              });
    }
    return addresses;
  }

  // Whether a batch norm does nothing shows only in what it answers.
  private static boolean isIdentity(Module module) {
    if (!(module instanceof BatchNorm)) {
      return false;
    }
    try (PointerScope temporaries = new PointerScope();
        NoGradGuard unrecorded = new NoGradGuard()) {
      Tensor mean = module.get_parameter("running_mean");
      if (mean == null) {
        return false;
      }
      long[] shape =
          module instanceof BatchNorm1d
              ? new long[] {1, mean.numel()}
              : module instanceof BatchNorm2d
                  ? new long[] {1, mean.numel(), 1, 1}
                  : new long[] {1, mean.numel(), 1, 1, 1};
      TensorOptions like = mean.options();
      Tensor input = torch.full(shape, new Scalar(0.7), like);
      return torch.equal(module.forward(input), input);
    }
  }

  /** What differs in a later state, a sentence for each module. */
  List<String> changesTo(TreeState later) {
    List<String> changes = new ArrayList<>();
    later.states.forEach(
        (path, now) -> {
          State before = states.get(path);
          String name = (path.isEmpty() ? "(root)" : path) + " (" + now.module.type_name() + ")";
          if (before == null) {
            changes.add(name + ": new");
          } else if (before.module != now.module) {
            changes.add(name + ": in the place of " + before.module.type_name());
          } else {
            changes.addAll(changes(name, before, now));
          }
        });
    states.keySet().stream()
        .filter(path -> !later.states.containsKey(path))
        .forEach(path -> changes.add(path + ": taken out"));
    return changes;
  }

  private static List<String> changes(String name, State before, State now) {
    List<String> changes = new ArrayList<>();
    List<String> values =
        now.parameters.keySet().stream()
            .filter(p -> !now.parameters.get(p).equals(before.parameters.get(p)))
            .toList();
    if (!values.isEmpty()) {
      changes.add(name + ": other " + String.join(" and ", values));
    }
    if (now.identity && !before.identity) {
      changes.add(name + ": becomes the identity");
    } else if (now.overridden && !before.overridden) {
      changes.add(name + ": another forward");
    }
    return changes;
  }
}
