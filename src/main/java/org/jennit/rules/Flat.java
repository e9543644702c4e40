package org.jennit.rules;

import java.util.List;
import org.jennit.core.NativeHook;
import org.jennit.core.Stabilizer;

/**
 * Relevance to all connected inputs alike, as if every input and weight were one and the bias zero
 * (Lapuschkin et al. 2019). Works on every module; on one that is no linear map, by its gradient at
 * inputs of ones. Inputs that need no gradient, such as indices and masks, stay as they are.
 */
public final class Flat extends NativeHook {

  public Flat() {
    this(new Stabilizer());
  }

  public Flat(Stabilizer stabilizer) {
    this(stabilizer, List.of());
  }

  public Flat(Stabilizer stabilizer, List<String> zero_params) {
    super("Flat", stabilized("stabilizer", stabilizer).put("zero_params", zero_params));
  }
}
