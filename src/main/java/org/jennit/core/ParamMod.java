package org.jennit.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.jennit.nn.Module;

/**
 * How a {@link BasicHook} changes a module's own parameters for one of its passes. The module
 * itself is not touched, so that threads may share it. Immutable.
 */
public class ParamMod {
  private final BiFunction<Tensor, String, Tensor> modifier;
  private final List<String> param_keys;
  private final Set<String> zero_params;
  private final boolean require_params;

  /** Changes all of a module's own parameters. */
  public ParamMod(BiFunction<Tensor, String, Tensor> modifier) {
    this(modifier, null, List.of(), true);
  }

  /**
   * @param modifier from a parameter and its name to what takes its place
   * @param param_keys the parameters to change; null: all of the module's own
   * @param zero_params parameters taken as zero instead
   * @param require_params whether a key that the module lacks is an error
   */
  public ParamMod(
      BiFunction<Tensor, String, Tensor> modifier,
      List<String> param_keys,
      List<String> zero_params,
      boolean require_params) {
    this.modifier = Objects.requireNonNull(modifier, "modifier is null");
    this.param_keys = param_keys == null ? null : List.copyOf(param_keys);
    this.zero_params = Set.copyOf(Objects.requireNonNull(zero_params, "zero_params is null"));
    this.require_params = require_params;
  }

  /** A function as a ParamMod of all of a module's own parameters. */
  public static ParamMod ensure(BiFunction<Tensor, String, Tensor> modifier) {
    return new ParamMod(modifier);
  }

  /** A ParamMod as it is. */
  public static ParamMod ensure(ParamMod modifier) {
    return Objects.requireNonNull(modifier, "modifier is null");
  }

  /** What takes the place of each parameter of {@code module}; an absent bias stays absent. */
  final Map<String, Tensor> modified(Module module) {
    List<String> names =
        param_keys != null ? param_keys : List.copyOf(module.named_parameters(false).keySet());
    Map<String, Tensor> result = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    for (String name : names) {
      Tensor parameter = module.get_parameter(name);
      if (parameter == null) {
        missing.add(name);
      } else {
        result.put(
            name,
            zero_params.contains(name)
                ? torch.zeros_like(parameter)
                : modifier.apply(parameter, name));
      }
    }
    missing.remove("bias");
    if (require_params && !missing.isEmpty()) {
      throw new JennitException(
          module.type_name()
              + " lacks the parameters that its rule needs: "
              + String.join(", ", missing));
    }
    return result;
  }
}
