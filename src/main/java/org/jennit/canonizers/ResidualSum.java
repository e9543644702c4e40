package org.jennit.canonizers;

import java.util.Map;
import java.util.function.BiFunction;
import org.bytedeco.pytorch.Tensor;
import org.jennit.canonizers.AttributeCanonizer.Attributes;
import org.jennit.models.ResidualBlock;
import org.jennit.nn.Module;
import org.jennit.nn.Sum;

/**
 * Makes the additions of residual blocks visible to rules: identity and residual go through a
 * {@link Sum}.
 */
final class ResidualSum {
  private static final String SUM = "canonizer_sum";

  private ResidualSum() {}

  /** The attributes of blocks of one type that add; none where they are canonized already. */
  static BiFunction<String, Module, Attributes> of(Class<? extends ResidualBlock> type) {
    return (name, module) ->
        type.isInstance(module) && type.cast(module).adds() && !module.is_overridden()
            ? new Attributes(
                (block, inputs) -> forward(type.cast(block), inputs[0]), Map.of(SUM, new Sum()))
            : null;
  }

  private static Tensor forward(ResidualBlock block, Tensor input) {
    Tensor residual = block.residual(input);
    return block.activate(block.get_submodule(SUM).forward(block.identity(input), residual));
  }
}
