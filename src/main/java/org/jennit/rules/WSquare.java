package org.jennit.rules;

import java.util.List;
import org.jennit.core.NativeHook;
import org.jennit.core.Stabilizer;

/**
 * Relevance in proportion to the squared weights, whatever the input (Montavon et al. 2017, eq.
 * 13). For layers that are linear maps.
 */
public final class WSquare extends NativeHook {

  public WSquare() {
    this(new Stabilizer());
  }

  public WSquare(Stabilizer stabilizer) {
    this(stabilizer, List.of());
  }

  public WSquare(Stabilizer stabilizer, List<String> zero_params) {
    super("WSquare", stabilized("stabilizer", stabilizer).put("zero_params", zero_params));
  }
}
