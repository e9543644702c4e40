package org.jennit.rules;

import java.util.List;
import org.jennit.core.NativeHook;
import org.jennit.core.Stabilizer;

/**
 * Relevance along the positive contributions alone (Montavon et al. 2017, eq. 15), for inputs of
 * any sign. For layers that are linear maps.
 */
public final class ZPlus extends NativeHook {

  public ZPlus() {
    this(new Stabilizer());
  }

  public ZPlus(Stabilizer stabilizer) {
    this(stabilizer, List.of());
  }

  public ZPlus(Stabilizer stabilizer, List<String> zero_params) {
    super("ZPlus", stabilized("stabilizer", stabilizer).put("zero_params", zero_params));
  }
}
