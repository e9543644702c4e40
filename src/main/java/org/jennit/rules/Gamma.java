package org.jennit.rules;

import java.util.List;
import org.jennit.core.NativeHook;
import org.jennit.core.Stabilizer;

/**
 * Contributions of the output's sign are favoured by {@code 1 + gamma} (Montavon et al. 2019,
 * section 10.2.3; generalised to inputs and outputs of any sign). Gamma is 0.25 by default and must
 * not be negative. For layers that are linear maps.
 */
public final class Gamma extends NativeHook {

  public Gamma() {
    this(0.25);
  }

  public Gamma(double gamma) {
    this(gamma, new Stabilizer(), List.of());
  }

  public Gamma(double gamma, Stabilizer stabilizer, List<String> zero_params) {
    super(
        "Gamma",
        stabilized("stabilizer", stabilizer).put("gamma", gamma).put("zero_params", zero_params));
  }
}
