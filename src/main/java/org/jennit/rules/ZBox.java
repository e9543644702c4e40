package org.jennit.rules;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jennit.core.NativeHook;
import org.jennit.core.Stabilizer;
import org.jennit.internal.Scalars;
import org.jennit.nn.Arguments;

/**
 * For a first layer whose inputs lie between low and high (Montavon et al. 2017, eq. 19):
 * contributions {@code x w - l w+ - h w-}. Bounds are numbers or tensors that broadcast to the
 * input; one with a longer batch is cut. For layers that are linear maps.
 */
public final class ZBox extends NativeHook {

  public ZBox(double low, double high) {
    this(low, high, new Stabilizer(), List.of());
  }

  public ZBox(double low, double high, Stabilizer stabilizer, List<String> zero_params) {
    this(Scalars.tensor(low), Scalars.tensor(high), stabilizer, zero_params);
  }

  public ZBox(Tensor low, Tensor high) {
    this(low, high, new Stabilizer(), List.of());
  }

  public ZBox(Tensor low, Tensor high, Stabilizer stabilizer, List<String> zero_params) {
    super("ZBox", arguments(low, high, stabilizer).put("zero_params", zero_params));
  }

  private static Arguments arguments(Tensor low, Tensor high, Stabilizer stabilizer) {
    return stabilized("stabilizer", stabilizer).put("low", low).put("high", high);
  }
}
